/** Functions, methods and the instances of templates: from entity to checked body. */
import { placeOf, ts } from '../parser.ts';
import type { Constant, FunctionBody, FunctionNode, Global, Inlining, Local } from '../tree.ts';
import { type FunctionType, type Type, plain, showType, u32 } from '../types.ts';
import { Body } from './body.ts';
import type { Checker } from './checker.ts';
import { assignTo } from './convert.ts';
import type { FunctionEntity, Instance, Signature } from './entities.ts';
import { expression } from './expressions.ts';
import { sequence } from './statements.ts';
import { type TypeScope, constantOf } from './unit.ts';

const { SyntaxKind } = ts;
/** Instances of one template beyond which it is taken to call itself with ever new types. */
const mostInstances = 1000;

export class Functions {
  readonly #checker: Checker;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** The function, or the template's instance for `types`; undefined when it belongs to another image and is not exported. */
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
    if (entity.instances.size >= mostInstances) {
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
    return { node, signature: { type, names: parameters.map(({ name }) => name), defaults: this.#defaults(entity, scope, type) } };
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
      node.body = this.#assembly(body, assembly);
      return;
    }
    const flow = sequence(body, statements);
    const { result } = node.type;
    if (flow.ends && result.kind !== 'void') {
      this.#checker.unit.report(declaration.name ?? declaration, 'missingReturn', node.name, showType(result));
    }
    node.body = { kind: 'statements', statements: flow.statements };
  }

  /** Assembly text with its substitutions made. */
  #assembly(body: Body, node: ts.TaggedTemplateExpression): FunctionBody {
    const mentions: (FunctionNode | Global)[] = [];
    const { template } = node;
    const place = placeOf(template);
    if (ts.isNoSubstitutionTemplateLiteral(template)) {
      return { kind: 'assembly', text: template.rawText ?? template.text, place, mentions };
    }
    let text = template.head.rawText ?? template.head.text;
    for (const span of template.templateSpans) {
      const value = expression(body, span.expression);
      if (value.kind === 'constant') text += value.value;
      else if (value.kind === 'function') text += mention(value.function);
      else if (value.kind === 'read' && value.target.kind === 'memory' && value.target.base.kind === 'global') {
        text += mention(value.target.base.global);
      } else if (value.kind === 'address' && value.memory.base.kind === 'global' && value.memory.offset === 0) {
        text += mention(value.memory.base.global);
      } else body.unit.report(span.expression, 'asmSubstitution');
      text += span.literal.rawText ?? span.literal.text;
    }
    return { kind: 'assembly', text, place, mentions };

    function mention(what: FunctionNode | Global): string {
      mentions.push(what);
      return what.symbol;
    }
  }
}

/** The template of a function whose body is ``asm`...` ``. */
function assemblyOf(statements: readonly ts.Statement[]): ts.TaggedTemplateExpression | undefined {
  const [first] = statements;
  if (statements.length !== 1 || first === undefined) return undefined;
  if (!ts.isExpressionStatement(first) && !ts.isReturnStatement(first)) return undefined;
  const { expression: inner } = first;
  return inner !== undefined && ts.isTaggedTemplateExpression(inner) && inner.tag.getText() === 'asm' ? inner : undefined;
}

function inlining({ tags, declaration }: FunctionEntity): Inlining {
  if (tags.noinline) return 'never';
  return tags.inline || declaration.typeParameters !== undefined ? 'always' : 'auto';
}

/** Tells types apart that are shown alike: classes of one name in two files. */
function typeKey(type: Type): string {
  return type.kind === 'reference' ? `${showType(type)} of ${type.struct.file}` : showType(type);
}
