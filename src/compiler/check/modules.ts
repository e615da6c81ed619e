/** Reads the files of an image and what they import, and finds out what is declared at the top level of each. */
import type { Diagnostics } from '../diagnostic.ts';
import { type ImageDescription, isAmong } from '../image.ts';
import { hasModifier, parseGuest, placeOf, ts } from '../parser.ts';
import type { ClassEntity, Entity, FunctionEntity, Module, Tags } from './entities.ts';
import { nameSymbols } from './symbols.ts';

const { SyntaxKind } = ts;

/** `a/b/../c.ts` from `folder/file.ts`: paths are relative to the project's folder and use `/`. */
function resolvePath(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export class ModuleReader {
  readonly modules = new Map<string, Module>();
  readonly #files: ReadonlyMap<string, string>;
  readonly #image: ImageDescription;
  readonly #diagnostics: Diagnostics;

  constructor(files: ReadonlyMap<string, string>, image: ImageDescription, diagnostics: Diagnostics) {
    this.#files = files;
    this.#image = image;
    this.#diagnostics = diagnostics;
  }

  /** Reads every file of the image, in the order given, and all that they import; yields the symbols that are taken. */
  read(): Set<string> {
    const own = [...this.#files.keys()].filter((path) => isAmong(path, this.#image.files) && !path.endsWith('.d.ts'));
    for (const path of own) this.#load(path);
    const symbols = nameSymbols(this.modules.values(), this.#diagnostics);
    for (const module of this.modules.values()) this.#bindImports(module);
    return symbols;
  }

  #load(path: string): Module | undefined {
    const known = this.modules.get(path);
    if (known !== undefined) return known;
    const text = this.#files.get(path);
    const own = isAmong(path, this.#image.files);
    if (text === undefined || !(own || isAmong(path, this.#image.imports))) return undefined;
    const { source, mistakes } = parseGuest(path, text);
    for (const { place, message } of mistakes) this.#diagnostics.report(place, 'syntax', message);
    const module: Module = { path, source, foreign: !own, scope: new Map() };
    this.modules.set(path, module);
    for (const statement of source.statements) this.#declare(module, statement);
    for (const statement of source.statements) {
      if (ts.isImportDeclaration(statement)) this.#loadImport(module, statement);
    }
    return module;
  }

  #loadImport(module: Module, statement: ts.ImportDeclaration): void {
    const path = importPath(module, statement);
    if (this.#load(path) === undefined) {
      this.#diagnostics.report(placeOf(statement.moduleSpecifier), 'importMissing', path);
    }
  }

  #bindImports(module: Module): void {
    for (const statement of module.source.statements) {
      if (!ts.isImportDeclaration(statement)) continue;
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings) || statement.importClause?.name !== undefined) {
        this.#diagnostics.report(placeOf(statement), 'importForm');
        continue;
      }
      const from = this.modules.get(importPath(module, statement));
      if (from === undefined) continue;
      for (const element of bindings.elements) {
        const name = (element.propertyName ?? element.name).text;
        const entity: Entity | undefined = from.scope.get(name);
        if (entity === undefined || entity.module !== from || !entity.exported) {
          this.#diagnostics.report(placeOf(element), 'importUnknown', from.path, name);
        } else {
          this.#enter(module, element.name, entity);
        }
      }
    }
  }

  #enter(module: Module, name: ts.Identifier, entity: Entity): void {
    if (module.scope.has(name.text)) this.#diagnostics.report(placeOf(name), 'duplicateName', name.text);
    module.scope.set(name.text, entity);
  }

  #declare(module: Module, statement: ts.Statement): void {
    const exported = hasModifier(statement, SyntaxKind.ExportKeyword);
    if (hasModifier(statement, SyntaxKind.DefaultKeyword)) this.#diagnostics.report(placeOf(statement), 'exportForm');
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      this.#enter(module, statement.name, this.#function(module, statement, statement.name.text, undefined, exported));
    } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      this.#class(module, statement, statement.name, exported);
    } else if (ts.isEnumDeclaration(statement)) {
      this.#enter(module, statement.name,
        { kind: 'enum', name: statement.name.text, module, declaration: statement, exported, type: undefined });
    } else if (ts.isTypeAliasDeclaration(statement)) {
      const name = statement.name.text;
      this.#enter(module, statement.name,
        { kind: 'alias', name, module, declaration: statement, exported, type: undefined, busy: false });
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) {
        this.#variable(module, statement, declaration, exported);
      }
    } else if (!ts.isImportDeclaration(statement) && statement.kind !== SyntaxKind.EmptyStatement) {
      const isExport = ts.isExportDeclaration(statement) || ts.isExportAssignment(statement);
      this.#diagnostics.report(placeOf(statement), isExport ? 'exportForm' : 'statementAtTop');
    }
  }

  #class(module: Module, declaration: ts.ClassDeclaration, name: ts.Identifier, exported: boolean): void {
    const entity: ClassEntity = {
      kind: 'class', name: name.text, module, declaration, exported, methods: new Map(), struct: undefined, busy: false,
    };
    for (const member of declaration.members) {
      if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) continue;
      const method = this.#function(module, member, member.name.text, entity, exported);
      entity.methods.set(member.name.text, method);
    }
    this.#enter(module, name, entity);
  }

  #function(
    module: Module, declaration: ts.FunctionDeclaration | ts.MethodDeclaration, name: string,
    owner: ClassEntity | undefined, exported: boolean,
  ): FunctionEntity {
    return {
      kind: 'function', name, module, declaration, owner, exported, tags: this.#tags(declaration),
      symbol: owner === undefined ? name : `${owner.name}_${name}`, instances: new Map(),
    };
  }

  #variable(
    module: Module, statement: ts.VariableStatement, declaration: ts.VariableDeclaration, exported: boolean,
  ): void {
    if (!ts.isIdentifier(declaration.name)) {
      this.#diagnostics.report(placeOf(declaration), 'variableForm');
      return;
    }
    const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    if (!constant && (statement.declarationList.flags & ts.NodeFlags.Let) === 0) {
      this.#diagnostics.report(placeOf(statement), 'varKeyword');
    }
    const name = declaration.name.text;
    this.#enter(module, declaration.name, {
      kind: 'variable', name, module, declaration, constant, exported, tags: this.#tags(statement),
      symbol: name, outside: hasModifier(statement, SyntaxKind.DeclareKeyword),
      value: undefined, global: undefined, busy: false,
    });
  }

  #tags(node: ts.Node): Tags {
    let section: string | undefined;
    let inline = false;
    let noinline = false;
    for (const tag of ts.getJSDocTags(node)) {
      const comment = ts.getTextOfJSDocComment(tag.comment)?.trim() ?? '';
      if (tag.tagName.text === 'inline') inline = true;
      if (tag.tagName.text === 'noinline') noinline = true;
      if (tag.tagName.text === 'section') {
        section = comment.split(/\s/)[0]!;
        if (!/^\.[\w.]+$/.test(section)) {
          this.#diagnostics.report(placeOf(node), 'tagForm', 'section', 'takes the name of a section, such as .init');
        }
      }
    }
    if (inline && noinline) this.#diagnostics.report(placeOf(node), 'tagForm', 'inline', 'contradicts @noinline');
    return { inline, noinline, section };
  }
}

function importPath(module: Module, statement: ts.ImportDeclaration): string {
  return resolvePath(module.path, (statement.moduleSpecifier as ts.StringLiteral).text);
}
