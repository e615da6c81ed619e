/**
 * Reads a kernel header, a guest TypeScript file, into declarations: every exported function, every exported class (a
 * C struct; one of function-typed fields only is an operations table), every exported alias of a function type.
 * Functions marked `@internal` are not part of the interface.
 */
import { ts } from '../parser.ts';
import { functionNotes, objectNotes, type Tag } from './annotations.ts';
import type {
  Callback,
  Field,
  Header,
  HeaderProblem,
  Kind,
  KernelFunction,
  ObjectType,
  Parameter,
  Signature,
  Type,
} from './declarations.ts';

export interface HeaderFile {
  /** As the generated files' imports spell it. */
  readonly file: string;
  readonly text: string;
}

/** Names declared anywhere in the headers, which types are resolved against. */
interface Known {
  readonly classes: ReadonlySet<string>;
  readonly functionAliases: ReadonlyMap<string, ts.FunctionTypeNode>;
}

const scalars = new Set(['u8', 'u16', 'u32', 'i8', 'i16', 'i32', 'usize']);

/** Reads several headers that may mention each other's types. */
export function readHeaders(files: readonly HeaderFile[]): { headers: Header[]; problems: HeaderProblem[] } {
  const sources = files.map(({ file, text }) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  const known: Known = {
    classes: new Set(sources.flatMap(classNames)),
    functionAliases: new Map(sources.flatMap(aliases)),
  };
  const problems: HeaderProblem[] = [];
  const headers = sources.map((source, index) => {
    return new Reader(files[index]?.file ?? source.fileName, source, known, problems).read();
  });
  const passed = new Set(headers.flatMap(objectsPassed));
  return { headers: headers.map((header) => markTracked(header, passed)), problems };
}

function classNames(source: ts.SourceFile): string[] {
  return source.statements.flatMap((each) => (ts.isClassDeclaration(each) && each.name ? [each.name.text] : []));
}

function aliases(source: ts.SourceFile): [string, ts.FunctionTypeNode][] {
  return source.statements.flatMap((each) => {
    return ts.isTypeAliasDeclaration(each) && ts.isFunctionTypeNode(each.type) ? [[each.name.text, each.type]] : [];
  });
}

class Reader {
  /** As handed in: the parser normalises paths. */
  readonly #file: string;
  readonly #source: ts.SourceFile;
  readonly #known: Known;
  readonly #problems: HeaderProblem[];
  readonly #functions: KernelFunction[] = [];
  readonly #callbacks: Callback[] = [];
  readonly #objects: ObjectType[] = [];
  readonly #names: string[] = [];

  constructor(file: string, source: ts.SourceFile, known: Known, problems: HeaderProblem[]) {
    this.#file = file;
    this.#source = source;
    this.#known = known;
    this.#problems = problems;
  }

  read(): Header {
    for (const statement of this.#source.statements) if (isExported(statement)) this.#declaration(statement);
    return {
      file: this.#file,
      functions: this.#functions,
      callbacks: this.#callbacks,
      objects: this.#objects,
      plainTypes: this.#plainTypes(),
      names: this.#names,
    };
  }

  #declaration(statement: ts.Statement): void {
    if (ts.isFunctionDeclaration(statement) && statement.name) this.#function(statement, statement.name.text);
    else if (ts.isClassDeclaration(statement) && statement.name) this.#class(statement, statement.name.text);
    else if (ts.isTypeAliasDeclaration(statement)) this.#alias(statement);
    else if (ts.isEnumDeclaration(statement)) this.#names.push(statement.name.text);
    else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) this.#names.push(name.getText(this.#source));
    }
  }

  #function(node: ts.FunctionDeclaration, name: string): void {
    const tags = this.#tags(node);
    if (tags.some((tag) => tag.name === 'internal')) {
      this.#names.push(name);
      return;
    }
    if (node.typeParameters) {
      this.#complain(this.#line(node), `${name} is a template, which is inlined into the extension: mark it @internal`);
      return;
    }
    const notes = functionNotes(tags, parameterNames(node), this.#complain);
    const signature = this.#signature(node, name, tags);
    if (notes.deferred && signature.result.kind.kind !== 'void') {
      this.#complain(
        this.#line(node),
        `${name} is @deferred but returns ${signature.result.text}: a call run later returns nothing`,
      );
    }
    this.#functions.push({ ...signature, name, deferred: notes.deferred, direct: notes.direct, cells: notes.cells });
    const rest = signature.parameters.some((parameter) => parameter.type.kind.kind === 'rest');
    if (rest && notes.cells === undefined && !notes.direct) {
      this.#complain(
        this.#line(node),
        `${name} takes any number of arguments: name the function that takes their cells, @cells v${name}`,
      );
    }
  }

  #class(node: ts.ClassDeclaration, name: string): void {
    const notes = objectNotes(this.#tags(node), this.#complain);
    const properties = node.members.filter((member) => ts.isPropertyDeclaration(member));
    const fields = properties.map((property) => this.#field(property, name));
    const operations = fields.length > 0 && fields.every((field) => field.type.kind.kind === 'callback');
    this.#objects.push({
      name,
      fields,
      operations,
      ...notes,
      tracked: notes.tracked || operations,
      place: this.#place(node),
    });
  }

  #field(node: ts.PropertyDeclaration, owner: string): Field {
    const name = node.name.getText(this.#source);
    const tags = this.#tags(node);
    const has = (tag: string) => tags.some((each) => each.name === tag);
    return {
      name,
      type: this.#type(node.type, `${owner}_${name}`, tags, this.#line(node)),
      critical: has('critical'),
      copied: has('kernel') ? 'kernel' : has('readonly') ? 'readonly' : 'both',
    };
  }

  #alias(node: ts.TypeAliasDeclaration): void {
    this.#names.push(node.name.text);
    if (ts.isFunctionTypeNode(node.type)) this.#callback(node.type, node.name.text, this.#tags(node));
  }

  #callback(node: ts.FunctionTypeNode, name: string, tags: readonly Tag[]): void {
    this.#callbacks.push({ ...this.#signature(node, name, tags), name });
  }

  #signature(node: ts.FunctionDeclaration | ts.FunctionTypeNode, name: string, tags: readonly Tag[]): Signature {
    // A callback declared as a parameter has no tags of its own; complaints about names were made for the function.
    const notes = functionNotes(tags, parameterNames(node), () => undefined);
    return {
      parameters: node.parameters.map((parameter) => this.#parameter(parameter, name, notes.parameters)),
      result: this.#type(node.type, `${name}_result`, [], this.#line(node)),
      returnsNew: notes.returned !== undefined,
      returnedType: notes.returned?.objectType,
      returnedSize: notes.returned?.size,
      maySleep: notes.maySleep,
      inInterrupt: notes.inInterrupt,
      place: this.#place(node),
    };
  }

  #parameter(
    node: ts.ParameterDeclaration,
    owner: string,
    notes: ReturnType<typeof functionNotes>['parameters'],
  ): Parameter {
    const name = node.name.getText(this.#source);
    const note =
      notes.get(name)
      ?? ({ direction: 'in', lifetime: 'call', ownership: 'borrows', objectType: undefined, size: undefined } as const);
    const type: Type = node.dotDotDotToken
      ? { text: 'VarArg[]', kind: { kind: 'rest' }, nullable: false }
      : this.#type(node.type, `${owner}_${name}`, [], this.#line(node));
    return { name, type, optional: node.questionToken !== undefined, ...note };
  }

  #type(node: ts.TypeNode | undefined, place: string, tags: readonly Tag[], line: number): Type {
    if (!node) {
      this.#complain(line, `${place.replace('_', '.')} has no type: declare one`);
      return { text: 'void', kind: { kind: 'void' }, nullable: false };
    }
    const text = node.getText(this.#source).replace(/\s+/g, ' ');
    const bare = withoutNull(node);
    return { text, kind: this.#kind(bare ?? node, place, tags), nullable: bare !== undefined };
  }

  #kind(node: ts.TypeNode, place: string, tags: readonly Tag[]): Kind {
    const inner = ts.isParenthesizedTypeNode(node) ? node.type : node;
    if (ts.isFunctionTypeNode(inner)) {
      this.#callback(inner, place, tags);
      return { kind: 'callback', wrapper: place };
    }
    if (inner.kind === ts.SyntaxKind.VoidKeyword) return { kind: 'void' };
    const text = inner.getText(this.#source);
    if (text === 'bool' || text === 'boolean') return { kind: 'bool' };
    if (text === 'cstr') return { kind: 'string' };
    if (text === 'u64' || text === 'i64') return { kind: 'wide' };
    if (scalars.has(text)) return { kind: 'scalar' };
    if (this.#known.functionAliases.has(text)) return { kind: 'callback', wrapper: text };
    if (this.#known.classes.has(text)) return { kind: 'object', name: text };
    const generic = /^(\w+)</.exec(text)?.[1];
    if (generic === 'Volatile' && ts.isTypeReferenceNode(inner) && inner.typeArguments?.[0]) {
      return this.#kind(inner.typeArguments[0], place, tags);
    }
    if (generic === 'Embed' || generic === 'Arr') return { kind: 'embedded' };
    return generic === 'Ptr' ? { kind: 'pointer' } : { kind: 'scalar' };
  }

  #plainTypes(): string[] {
    const named = [...this.#functions, ...this.#callbacks].flatMap((each) => [
      each.returnedType,
      ...each.parameters.map((parameter) => parameter.objectType),
    ]);
    return [...new Set(named)].filter((name) => name !== undefined && !this.#known.classes.has(name)) as string[];
  }

  #tags(node: ts.Node): Tag[] {
    return ts.getJSDocTags(node).map((tag) => {
      // TypeScript parses some tags' first words as names or types; the text as written is what the annotations read.
      const text = tag
        .getText(this.#source)
        .replace(/^@\w+\s*/, '')
        .replace(/\s*\*\s*$/, '')
        .replace(/\n\s*\*\s?/g, ' ');
      return { name: tag.tagName.text, text: text.trim(), line: this.#line(tag) };
    });
  }

  #place(node: ts.Node) {
    return { file: this.#file, line: this.#line(node) };
  }

  #line(node: ts.Node): number {
    return this.#source.getLineAndCharacterOfPosition(node.getStart(this.#source)).line + 1;
  }

  readonly #complain = (line: number, message: string): void => {
    this.#problems.push({ place: { file: this.#file, line }, message });
  };
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((each) => each.kind === ts.SyntaxKind.ExportKeyword)
  );
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

function objectsPassed(header: Header): string[] {
  const signatures = [...header.functions, ...header.callbacks];
  return signatures
    .flatMap((each) => [each.result, ...each.parameters.map((p) => p.type)])
    .flatMap((type) => (type.kind.kind === 'object' ? [type.kind.name] : []));
}

function markTracked(header: Header, passed: ReadonlySet<string>): Header {
  return {
    ...header,
    objects: header.objects.map((object) => ({ ...object, tracked: object.tracked || passed.has(object.name) })),
  };
}
