/** Reads what a list names from the kernel's headers: functions, structs, and the types of functions they mention. */
import { ts } from '../parser.ts';
import { functionNotes, unannotated, type ParameterNote, type Tag } from './annotations.ts';
import type {
  Callback, Group, Kind, KernelFunction, Parameter, Problem, Signature, Taken, Type,
} from './declarations.ts';
import { isExported, lineOf, tagsBefore, type Found, type Headers } from './headers.ts';
import { parseList, type Listed, type ListedGroup, type ListedHeader } from './list.ts';

const integers = new Set(['u8', 'u16', 'u32', 'i8', 'i16', 'i32']);

/** The interface that a list describes; `file` is what complaints call the list. */
export function readInterface(
  file: string, text: string, headers: Headers,
): { readonly groups: Group[]; readonly problems: Problem[] } {
  const { groups: listed, problems } = parseList(file, text);
  const callbacks = new Set<string>();
  const groups = listed.map((group) => new GroupReader(group, file, headers, callbacks, problems).read());
  return { groups, problems };
}

class GroupReader {
  readonly #listed: ListedGroup;
  readonly #list: string;
  readonly #headers: Headers;
  /** Names of callbacks that some group has by now. */
  readonly #known: Set<string>;
  readonly #problems: Problem[];
  readonly #callbacks: Callback[] = [];
  readonly #functions: KernelFunction[] = [];
  readonly #direct: KernelFunction[] = [];
  readonly #taken: Taken[] = [];
  readonly #origins = new Map<string, string>();

  constructor(listed: ListedGroup, list: string, headers: Headers, known: Set<string>, problems: Problem[]) {
    this.#listed = listed;
    this.#list = list;
    this.#headers = headers;
    this.#known = known;
    this.#problems = problems;
  }

  read(): Group {
    for (const header of this.#listed.headers) {
      for (const name of header.names) this.#name(header, name);
    }
    return {
      name: this.#listed.name, functions: this.#functions, direct: this.#direct, callbacks: this.#callbacks,
      taken: this.#taken, origins: this.#origins,
    };
  }

  #name({ file, direct }: ListedHeader, { name, fields, line }: Listed): void {
    const complain = (message: string) => void this.#problems.push({ file: this.#list, line, message });
    if (!this.#headers.exists(file)) return complain(`there is no ${file}`);
    const found = this.#headers.find(file, name);
    if (found === undefined || found.file !== file || !isExported(found.node)) {
      return complain(`${file} exports no ${name}`);
    }
    this.#origins.set(name, file);
    const { node } = found;
    if (ts.isFunctionDeclaration(node) && fields === undefined) {
      (direct ? this.#direct : this.#functions).push(this.#function(node, name, file, direct));
      if (node.typeParameters) complain(`${name} is a template, which is inlined into the extension`);
    } else if (ts.isClassDeclaration(node) && fields !== undefined && !direct) {
      this.#taken.push(this.#struct(node, name, file, fields, complain));
    } else complain(`${name} is neither a function, nor a struct with its fields: Struct(field field)`);
  }

  #function(node: ts.FunctionDeclaration, name: string, file: string, direct: boolean): KernelFunction {
    const tags = tagsBefore(node);
    const notes = functionNotes(tags, parameterNames(node), this.#complainIn(file));
    const signature = this.#signature(node, name, file, tags);
    if (notes.deferred && !['void', 'integer'].includes(signature.result.kind.kind)) {
      const returned = `${name} is @deferred but returns ${signature.result.text}`;
      this.#complainIn(file)(lineOf(node), `${returned}: a call run later returns nothing, or 0`);
    }
    const rest = signature.parameters.findIndex(({ type }) => type.kind.kind === 'rest');
    if (rest !== -1 && !direct && signature.parameters[rest - 1]?.type.kind.kind !== 'text') {
      const advice = 'only a text that they make can cross, so a format must stand before them';
      this.#complainIn(file)(lineOf(node), `${name} takes any number of arguments: ${advice}`);
    }
    return { ...signature, deferred: notes.deferred };
  }

  #struct(
    node: ts.ClassDeclaration, struct: string, file: string, names: readonly string[],
    complain: (message: string) => void,
  ): Taken {
    const fields = names.flatMap((name) => {
      const field = node.members.find((each) => ts.isPropertyDeclaration(each) && each.name.getText() === name);
      if (field && ts.isPropertyDeclaration(field)) {
        return [{ name, type: this.#type(field.type, `${struct}_${name}`, file, tagsBefore(field)) }];
      }
      complain(`${struct} has no field ${name}`);
      return [];
    });
    return { struct, fields };
  }

  #signature(
    node: ts.FunctionDeclaration | ts.FunctionTypeNode, name: string, file: string, tags: readonly Tag[],
  ): Signature {
    // Complaints about tags are made once, for functions; those of callbacks may be of the field that they lie in.
    const notes = functionNotes(tags, parameterNames(node), () => undefined);
    const { returned } = notes;
    return {
      name,
      file,
      parameters: node.parameters.map((each) => this.#parameter(each, name, file, notes.parameters)),
      result: this.#type(node.type, `${name}_result`, file, []),
      returned: returned?.tracked === undefined ? undefined
        : { tracked: returned.tracked, size: returned.size ?? '0' },
      maySleep: notes.maySleep,
    };
  }

  #parameter(
    node: ts.ParameterDeclaration, owner: string, file: string, notes: ReadonlyMap<string, ParameterNote>,
  ): Parameter {
    const name = node.name.getText();
    const type: Type = node.dotDotDotToken ? { text: 'VarArg[]', kind: { kind: 'rest' }, nullable: false }
      : this.#type(node.type, `${owner}_${name}`, file, []);
    return { name, type, optional: node.questionToken !== undefined, ...(notes.get(name) ?? unannotated()) };
  }

  #type(node: ts.TypeNode | undefined, place: string, file: string, tags: readonly Tag[]): Type {
    if (!node) {
      this.#problems.push({ file, line: 1, message: `${place.replace('_', '.')} has no type: declare one` });
      return { text: 'void', kind: { kind: 'void' }, nullable: false };
    }
    this.#noteOrigins(node, file);
    const bare = withoutNull(node);
    const text = node.getText().replace(/\s+/g, ' ');
    return { text, kind: this.#kind(bare ?? node, place, file, tags), nullable: bare !== undefined };
  }

  #kind(node: ts.TypeNode, place: string, file: string, tags: readonly Tag[]): Kind {
    if (ts.isParenthesizedTypeNode(node)) return this.#kind(node.type, place, file, tags);
    if (ts.isFunctionTypeNode(node)) return this.#callback(node, place, file, tags);
    if (node.kind === ts.SyntaxKind.VoidKeyword) return { kind: 'void' };
    const text = node.getText();
    if (text === 'bool' || text === 'boolean') return { kind: 'bool' };
    if (text === 'cstr') return { kind: 'text' };
    if (text === 'u64' || text === 'i64') return { kind: 'wide' };
    if (integers.has(text)) return { kind: 'integer' };
    if (!ts.isTypeReferenceNode(node)) return { kind: 'address' };
    const [argument] = node.typeArguments ?? [];
    if (argument && node.typeName.getText() === 'Volatile') return this.#kind(argument, place, file, tags);
    if (argument && node.typeName.getText() === 'Ptr') return { kind: 'buffer', element: argument.getText() };
    return this.#named(this.#headers.find(file, text), place, tags);
  }

  /** What a type's name stands for: a struct, an enum, or another type. */
  #named(found: Found | undefined, place: string, tags: readonly Tag[]): Kind {
    if (found === undefined) return { kind: 'address' };
    const { node, file } = found;
    if (ts.isClassDeclaration(node)) {
      const name = node.name?.text ?? '';
      return { kind: 'object', name, tracked: tagsBefore(node).find((tag) => tag.name === 'object')?.text || name };
    }
    if (ts.isTypeAliasDeclaration(node)) {
      if (ts.isFunctionTypeNode(node.type)) return this.#callback(node.type, node.name.text, file, tagsBefore(node));
      return this.#kind(node.type, place, file, tags);
    }
    return { kind: ts.isEnumDeclaration(node) ? 'integer' : 'address' };
  }

  #callback(node: ts.FunctionTypeNode, name: string, file: string, tags: readonly Tag[]): Kind {
    if (!this.#known.has(name)) {
      this.#known.add(name);
      const signature = this.#signature(node, name, file, tags);
      this.#callbacks.push(signature);
      const taken = signature.parameters.reduce((sum, { type }) => sum + (type.kind.kind === 'wide' ? 2 : 1), 0);
      // The target travels in the register after them.
      if (taken > 7) {
        const message = `${name} takes ${taken} words: a function given to the kernel takes at most 7, pass a struct`;
        this.#complainIn(file)(lineOf(node), message);
      }
    }
    return { kind: 'callback', wrapper: name };
  }

  /** Generated code spells types as the headers do, so it imports their names from where these have them from. */
  #noteOrigins(node: ts.Node, file: string): void {
    if (ts.isIdentifier(node)) {
      const found = this.#headers.find(file, node.text);
      if (found) this.#origins.set(node.text, found.file);
    }
    node.forEachChild((child) => this.#noteOrigins(child, file));
  }

  #complainIn(file: string) {
    return (line: number, message: string) => void this.#problems.push({ file, line, message });
  }
}

function parameterNames(node: ts.FunctionDeclaration | ts.FunctionTypeNode): string[] {
  return node.parameters.map((parameter) => parameter.name.getText());
}

/** `T` of `T | null`; undefined for every other type. */
function withoutNull(node: ts.TypeNode): ts.TypeNode | undefined {
  if (!ts.isUnionTypeNode(node)) return undefined;
  const others = node.types.filter(
    (each) => !(ts.isLiteralTypeNode(each) && each.literal.kind === ts.SyntaxKind.NullKeyword),
  );
  return others.length === 1 && others.length < node.types.length ? others[0] : undefined;
}
