/** Functions, methods and the instances of templates: from entity to checked body. */
import { placeOf, ts } from '../parser.ts';
import type { Constant, FunctionNode, Inlining, Local } from '../tree.ts';
import { type FunctionType, type Type, plain, showType, u32 } from '../types.ts';
import { assemblyBody, assemblyOf } from './assembly.ts';
import { Body } from './body.ts';
import type { Checker } from './checker.ts';
import { assignTo } from './convert.ts';
import type { FunctionEntity, Instance, Signature } from './entities.ts';
import { expression } from './expressions.ts';
import { sequence } from './statements.ts';
import { type TypeScope, constantOf } from './unit.ts';

const { SyntaxKind } = ts;
/** How deep a type argument may be nested: a template that calls itself with ever new types makes ever deeper ones. */
const deepest = 16;

export class Functions {
  readonly #checker: Checker;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /**
   * The function, or the template's instance for `types`; undefined when it belongs to another image and is not
   * exported.
   */
  node(entity: FunctionEntity, types: readonly Type[], use: ts.Node): FunctionNode | undefined {
    return this.#instance(entity, types, use)?.node;
  }

  signature(entity: FunctionEntity, types: readonly Type[]): Signature {
    return this.#instance(entity, types, entity.declaration)!.signature;
  }

  #instance(entity: FunctionEntity, types: readonly Type[], use: ts.Node): Instance | undefined {
    const key = types.map(typeKey).join(', ');
    const known = entity.instances.get(key);
    if (known !== undefined) return known;
    const template = entity.declaration.typeParameters !== undefined;
    const copied = template || entity.tags.inline;
    if (entity.module.foreign && !copied && !entity.exported) return undefined;
    if (types.some((type) => depthOf(type) > deepest)) {
      this.#checker.unit.report(use, 'templateDepth', entity.name);
      return undefined;
    }
    const instance = this.#make(entity, types, copied);
    entity.instances.set(key, instance);
    this.#checker.unit.functions.push(instance.node);
    const { declaration } = entity;
    if (declaration.body !== undefined && (!entity.module.foreign || copied)) {
      const scope = this.#scope(entity, types);
      this.#checker.unit.pending.push(() => this.#check(entity, scope, instance.node));
    }
    return instance;
  }

  #scope(entity: FunctionEntity, types: readonly Type[]): TypeScope {
    const names = entity.declaration.typeParameters?.map(({ name }) => name.text) ?? [];
    return { module: entity.module, bindings: new Map(names.map((name, index) => [name, types[index]!])) };
  }

  #make(entity: FunctionEntity, types: readonly Type[], copied: boolean): Instance {
    const { declaration, owner, tags, module } = entity;
    const checker = this.#checker;
    const scope = this.#scope(entity, types);
    for (const [kind, what] of [[SyntaxKind.AsyncKeyword, 'async'], [SyntaxKind.AsteriskToken, 'generator']] as const) {
      const found = kind === SyntaxKind.AsteriskToken ? declaration.asteriskToken
        : ts.getModifiers(declaration)?.find((modifier) => modifier.kind === kind);
      if (found !== undefined) checker.unit.report(declaration, 'functionForm', what);
    }
    const self: Type | undefined = owner && { kind: 'reference', struct: checker.resolver.struct(owner) };
    const type = checker.resolver.functionType(declaration, scope, self);
    const suffix = types.length === 0 ? '' : `<${types.map(showType).join(', ')}>`;
    const local = types.length > 0 || (module.foreign && copied);
    const wanted = types.length === 0 ? entity.symbol : `${entity.symbol}.${types.map(showType).join('.')}`;
    const { parameters, variadic } = this.#parameters(declaration, type, self !== undefined);
    const node: FunctionNode = {
      name: `${owner === undefined ? '' : `${owner.name}.`}${entity.name}${suffix}`,
      symbol: local ? checker.unit.symbol(wanted.replaceAll(/[^\w.]+/g, '_')) : entity.symbol,
      place: placeOf(declaration), parameters, variadic, type, body: undefined,
      inlining: inlining(entity), section: tags.section, exported: entity.exported && !local,
    };
    const defaults = this.#defaults(entity, scope, type);
    return { node, signature: { type, names: parameters.map(({ name }) => name), defaults } };
  }

  #parameters(
    declaration: ts.SignatureDeclaration, type: FunctionType, method: boolean,
  ): { parameters: Local[]; variadic: Local | undefined } {
    const nodes = declaration.parameters.filter(({ name, dotDotDotToken }) =>
      dotDotDotToken === undefined && name.getText() !== 'this');
    const names = [...(method ? ['this'] : []), ...nodes.map(({ name }) => name.getText())];
    const local = (name: string, cell: Type): Local =>
      ({ name, type: cell, parameter: true, assigned: false, place: placeOf(declaration) });
    const parameters = type.parameters.map((cell, index) => local(names[index] ?? '', plain(cell)));
    const rest = declaration.parameters.find(({ dotDotDotToken }) => dotDotDotToken !== undefined);
    const variadic = rest && local(rest.name.getText(), { kind: 'pointer', element: u32 });
    return { parameters, variadic };
  }

  #defaults(entity: FunctionEntity, scope: TypeScope, type: FunctionType): (Constant | undefined)[] {
    const nodes = entity.declaration.parameters.filter(({ name, dotDotDotToken }) =>
      dotDotDotToken === undefined && name.getText() !== 'this');
    const offset = type.parameters.length - nodes.length;
    return type.parameters.map((cell, index) => {
      const node = nodes[index - offset];
      if (node?.questionToken !== undefined) return constantOf(0n, cell, { place: placeOf(node) });
      if (node?.initializer === undefined) return undefined;
      const body = new Body(this.#checker, scope, undefined);
      const value = assignTo(body, node.initializer, expression(body, node.initializer, cell), cell);
      if (value.kind === 'constant') return value;
      this.#checker.unit.report(node.initializer, 'parameterDefault');
      return undefined;
    });
  }

  #check(entity: FunctionEntity, scope: TypeScope, node: FunctionNode): void {
    const { declaration } = entity;
    const body = new Body(this.#checker, scope, node);
    for (const local of node.parameters) {
      body.bind(declaration, { local, constant: undefined, writable: local.name !== 'this' });
    }
    body.restName = node.variadic?.name;
    const { statements } = declaration.body!;
    const assembly = assemblyOf(statements);
    if (assembly !== undefined) {
      node.body = assemblyBody(body, node, assembly);
      return;
    }
    const flow = sequence(body, statements);
    const { result } = node.type;
    if (flow.ends && result.kind !== 'void') {
      this.#checker.unit.report(declaration.name ?? declaration, 'missingReturn', node.name, showType(result));
    }
    node.body = { kind: 'statements', statements: flow.statements };
  }
}

function inlining({ tags, declaration }: FunctionEntity): Inlining {
  if (tags.noinline) return 'never';
  return tags.inline || declaration.typeParameters !== undefined ? 'always' : 'auto';
}

function depthOf(type: Type): number {
  switch (type.kind) {
    case 'pointer': case 'array': return 1 + depthOf(type.element);
    case 'volatile': return 1 + depthOf(type.of);
    case 'function': return 1 + Math.max(depthOf(type.result), ...type.parameters.map(depthOf));
    default: return 0;
  }
}

/** Tells types apart that are shown alike: classes of one name in two files. */
function typeKey(type: Type): string {
  return type.kind === 'reference' ? `${showType(type)} of ${type.struct.file}` : showType(type);
}
