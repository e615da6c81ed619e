/**
 * The rules of the dialect: for each, the sentence that refuses a program and the advice on what to write instead.
 * `{0}`, `{1}` are filled in where the rule is reported. The reference page and the rule tests go by this table.
 */
export const rules = {
  // Text and modules
  syntax: ['{0}', ''],
  statementAtTop: [
    'only declarations may stand at the top level of a file',
    'move the statement into a function; nothing runs at load',
  ],
  importForm: ['an import must name what it takes', "write import { a, b } from './file.ts'"],
  importMissing: [
    '{0} is not a file that this image may import',
    'check the path, or add the file to the image or its imports',
  ],
  importUnknown: ['{0} exports no {1}', 'export it there, or correct the name'],
  exportForm: ['only declarations may be exported', 'put export before the declaration itself'],
  duplicateName: ['{0} is declared twice', 'rename one of them'],
  duplicateSymbol: ['{0} and {1} would have the same symbol {2}', 'rename one of them, or do not export it'],
  notExported: [
    '{0} belongs to another image and is not exported',
    'export it there, or do not use it in code that is inlined here',
  ],

  // Names
  unknownName: ['there is no {0}', 'declare or import it'],
  unknownType: ['there is no type {0}', 'declare or import it'],
  notAValue: ['{0} is a type, not a value', 'use a variable, a constant or a function'],
  notAType: ['{0} is not a type', 'name a class, an enum or a type of the prelude'],

  // Types
  typeForm: [
    'this form of type is outside the dialect',
    'use integers, bool, cstr, classes, enums, Ptr, Arr, Embed, function types',
  ],
  anyType: ['any is outside the dialect', 'use unknown for an address of anything, and cast<T>() to give it a type'],
  numberType: ['{0} does not say how many bits', 'use u8 to u64, i8 to i64 or usize'],
  stringType: ['string is not a guest type', 'use cstr, the address of bytes ended by a zero'],
  unionType: ['a union may only add null to an address type', 'use an integer and constants, or two fields'],
  nullableInteger: ['{0} cannot be null', 'use 0, or a separate bool'],
  typeArguments: ['{0} takes {1} type argument(s)', ''],
  embedClass: ['Embed takes a class', 'integers and addresses are held by value anyway'],
  arrayCount: ['the length of an Arr must be a constant of at least 1', 'use a number or typeof a module constant'],
  byValue: [
    'a {0} cannot be passed, returned or assigned as a value',
    'pass its address (the class itself, or Ptr), and copy with memcpy',
  ],
  voidType: ['void is only the result of a function', 'use usize or unknown for an address'],
  missingType: ['{0} needs a type', 'write {0}: and its type'],
  recursiveStruct: ['{0} contains itself', 'hold its address instead: leave out Embed'],

  // Declarations
  nestedFunction: [
    'a function cannot be made inside a function',
    'move it to the top level and pass what it needs as arguments',
  ],
  functionForm: ['{0} functions are outside the dialect', 'write a plain function'],
  parameterForm: ['a parameter must be a name and a type', ''],
  parameterDefault: ['a default must be a constant', 'give the argument at each call, or a constant here'],
  restForm: ['further arguments must be declared as ...args: VarArg[], last', ''],
  missingReturn: ['{0} may end without returning a {1}', 'return a value on every path'],
  returnValue: ['{0} returns nothing', 'remove the value, or declare the result type'],
  returnMissing: ['a {0} must be returned', 'return a value'],
  classForm: ['classes have no {0}', '{1}'],
  fieldForm: ['a field is a name and a type', 'set its value where the struct is made'],
  tooLarge: ['{0} is larger than the address space', ''],
  templateUse: ['{0} is a template', 'call it with its type arguments: {0}<T>()'],
  templateDepth: ['the templates called from {0} do not end', 'a template may not call itself with ever new types'],
  variableForm: ['a variable must be one name', 'take the fields one by one'],
  varKeyword: ['var is outside the dialect', 'use let or const'],
  initialConstant: [
    'the first value of a global must be known at link time',
    'use a constant, a string, a function or addr() of a global; compute the rest in a function',
  ],
  constInitial: ['{0} has no value', 'a const needs one'],
  aggregateInitial: ['{0} must be written as {1}', ''],
  unknownField: ['{0} has no field {1}', ''],
  tooManyElements: ['{0} elements do not fit in {1}', ''],
  storageLocal: [
    'a local variable holds an integer, bool or address, not a {0}',
    'use local<{0}>() and hold its address',
  ],
  asmForm: ['asm must be the whole body of a function', 'put it in a function of its own'],
  asmSubstitution: ['asm text may mention only constants, functions and globals', ''],
  asmText: ['{0}', ''],
  tagForm: ['@{0} {1}', ''],

  // Statements
  statementForm: ['{0} is outside the dialect', '{1}'],
  labelUnknown: ['there is no loop or switch called {0} here', ''],
  jumpOutside: ['{0} outside a loop', ''],
  switchType: ['switch takes a 32-bit integer or an enum, not {0}', 'use if'],
  caseConstant: ['a case must be a constant', 'use if'],
  caseTwice: ['case {0} appears twice', 'remove one'],

  // Expressions
  expressionForm: ['{0} is outside the dialect', '{1}'],
  literalForm: ['{0} is not an integer', 'the dialect has integers only'],
  literalRange: ['{0} does not fit in {1}', ''],
  literalDivision: ['a constant is divided by zero', ''],
  characterForm: ['char takes one ASCII character', ''],
  notAssignable: ['a {0} is not a {1}', '{2}'],
  mixedWidths: ['{0} and {1} cannot be mixed', 'widen with u64of() or i64of(), or take lo32() or hi32()'],
  mixedSigns: ['{0} of {1} and {2} would depend on which sign is meant', 'convert one side: x as {3}'],
  operandType: ['{0} does not apply to {1}', '{2}'],
  comparedTypes: ['{0} and {1} cannot be compared', ''],
  conditionType: ['a {0} is not a condition', ''],
  logicalValue: ['&& and || of {0} have no value here', 'compare with 0 or null, or use a ? b : c'],
  assignTarget: ['this cannot be assigned to', 'assign to a variable, a field or an element'],
  assignConst: ['{0} is a const', 'declare it with let'],
  indexType: ['an index must be a 32-bit integer, not {0}', ''],
  notIndexable: ['{0} has no elements', 'use Ptr<T>, Arr<T, N> or cstr'],
  indexRange: ['index {0} is outside {1}', ''],
  notAStruct: ['{0} has no fields', ''],
  methodValue: ['a method is not a value', 'write a function that calls it'],
  intrinsicValue: ['{0} is not a function that has an address', 'call it'],
  notCallable: ['{0} cannot be called', ''],
  argumentCount: ['{0} takes {1} argument(s), not {2}', ''],
  castForm: ['{0} cannot become {1} by as', '{2}'],
  castType: ['the type that cast makes is not known here', 'write cast<T>(x)'],
  castOperand: ['cast takes an address, usize or u32, and makes one, not {0}', 'convert integers with as'],
  addrOperand: [
    '{0} has no address',
    'addr takes an address value or an integer in memory; use local<Arr<T, 1>>() for a variable',
  ],
  ptrOperand: ['ptr takes something in memory', 'use local<Arr<T, 1>>() for a variable'],
  storageType: ['local takes a class or an Arr, not {0}', 'use a variable, or Arr<T, 1>'],
  offsetField: ['offsetof takes a class and the name of one of its fields', ''],
  cellsOperand: ['cells takes the ...rest parameter of the function it is in', ''],
  restUse: ['further arguments can only be read by cells(args)', 'read the cells of the arguments one after another'],
  variadicType: ['a {0} cannot be one of further arguments', ''],
  csrUnknown: ['there is no control and status register {0}', ''],
  csrReadOnly: ['{0} is read-only', ''],
} as const satisfies Readonly<Record<string, readonly [message: string, advice: string]>>;

export type Rule = keyof typeof rules;
