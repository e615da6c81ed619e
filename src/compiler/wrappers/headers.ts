/** Kernel headers, which are guest files like others: finds declarations by name, also those that a header imports. */
import { parseGuest, ts } from '../parser.ts';
import { tagsOf, type Tag } from './annotations.ts';
import { joinPath } from './paths.ts';

export type Declaration =
  | ts.FunctionDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration | ts.EnumDeclaration
  | ts.VariableDeclaration;

/** A declaration and the file it stands in. */
export interface Found<Node = Declaration> { readonly file: string; readonly node: Node }

export class Headers {
  readonly #read: (path: string) => string | undefined;
  readonly #names = new Map<string, Map<string, Declaration | { readonly from: string; readonly as: string }>>();

  /** `read` gives the text of a file; undefined if there is none. */
  constructor(read: (path: string) => string | undefined) {
    this.#read = read;
  }

  exists(file: string): boolean {
    return this.#read(file) !== undefined;
  }

  /** What a name means in a file; undefined for what is neither declared nor imported there. */
  find(file: string, name: string): Found | undefined {
    const known = this.#namesOf(file).get(name);
    if (known === undefined) return undefined;
    return 'from' in known ? this.find(known.from, known.as) : { file, node: known };
  }

  #namesOf(file: string) {
    let names = this.#names.get(file);
    if (names === undefined) {
      names = new Map(parseGuest(file, this.#read(file) ?? '').source.statements.flatMap((s) => namesIn(s, file)));
      this.#names.set(file, names);
    }
    return names;
  }
}

type Named = [string, Declaration | { readonly from: string; readonly as: string }];

function namesIn(statement: ts.Statement, file: string): Named[] {
  if (ts.isImportDeclaration(statement)) return importsIn(statement, file);
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((each) => [each.name.getText(), each]);
  }
  const declared = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
    || ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement);
  return declared && statement.name ? [[statement.name.text, statement]] : [];
}

function importsIn({ importClause, moduleSpecifier }: ts.ImportDeclaration, file: string): Named[] {
  const bindings = importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings) || !ts.isStringLiteral(moduleSpecifier)) return [];
  const from = joinPath(file, moduleSpecifier.text);
  return bindings.elements.map(({ name, propertyName }) => [name.text, { from, as: (propertyName ?? name).text }]);
}

export function isExported(node: Declaration): boolean {
  return ts.canHaveModifiers(node)
    && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** The tags of the comment before a declaration. */
export function tagsBefore(node: ts.Node): Tag[] {
  const text = node.getSourceFile().text;
  const last = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1);
  const comment = last === undefined ? '' : text.slice(last.pos, last.end);
  return comment.startsWith('/**') ? tagsOf(comment, lineAt(node, last!.pos)) : [];
}

export function lineOf(node: ts.Node): number {
  return lineAt(node, node.getStart());
}

function lineAt(node: ts.Node, position: number): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(position).line + 1;
}
