/**
 * Names in object files. What is exported keeps its name; what is not may have to give way, because names are unique in
 * an object although two files may each have an `open`.
 */
import type { Diagnostics } from '../diagnostic.ts';
import { placeOf, ts } from '../parser.ts';
import type { FunctionEntity, Module, VariableEntity } from './entities.ts';

type Named = FunctionEntity | VariableEntity;

/**
 * Settles the symbol of every function, method and variable; complains of two exports of one name.
 * Yields the names that are taken.
 */
export function nameSymbols(modules: Iterable<Module>, diagnostics: Diagnostics): Set<string> {
  const named = [...modules].flatMap(namedIn);
  const taken = new Map<string, Named>();
  for (const entity of named) {
    if (!keepsName(entity)) continue;
    const other = taken.get(entity.symbol);
    taken.set(entity.symbol, entity);
    if (other === undefined || (isOutside(entity) && isOutside(other))) continue;
    const place = placeOf(entity.declaration);
    diagnostics.report(place, 'duplicateSymbol', describe(entity), describe(other), entity.symbol);
  }
  for (const entity of named) {
    if (keepsName(entity) || !hasSymbol(entity)) continue;
    entity.symbol = free(entity, taken);
    taken.set(entity.symbol, entity);
  }
  return new Set(taken.keys());
}

function namedIn(module: Module): Named[] {
  return [...module.scope.values()].flatMap((entity): Named[] => {
    if (entity.kind === 'class') return [...entity.methods.values()];
    return entity.kind === 'function' || entity.kind === 'variable' ? [entity] : [];
  });
}

function isTemplate(entity: Named): boolean {
  return entity.kind === 'function' && entity.declaration.typeParameters !== undefined;
}

/** A const has a place in memory only when it is written as a struct or an array. */
export function isStored(entity: VariableEntity): boolean {
  const { initializer } = entity.declaration;
  return !entity.constant || (initializer !== undefined
    && (ts.isObjectLiteralExpression(initializer) || ts.isArrayLiteralExpression(initializer)));
}

function hasSymbol(entity: Named): boolean {
  if (entity.module.foreign && !entity.exported) return false;
  return entity.kind === 'variable' ? isStored(entity) : !isTemplate(entity);
}

/** Declared here, defined by another object. */
function isOutside(entity: Named): boolean {
  if (entity.kind === 'variable') return entity.outside;
  return entity.declaration.body === undefined;
}

function keepsName(entity: Named): boolean {
  return hasSymbol(entity) && (entity.exported || isOutside(entity));
}

function describe(entity: Named): string {
  return `${entity.name} of ${entity.module.path}`;
}

function free(entity: Named, taken: ReadonlyMap<string, Named>): string {
  if (!taken.has(entity.symbol)) return entity.symbol;
  const file = entity.module.path.split('/').at(-1)!.replace(/\.ts$/, '');
  for (let count = 0; ; count++) {
    const symbol = `${entity.symbol}.${file}${count === 0 ? '' : count}`;
    if (!taken.has(symbol)) return symbol;
  }
}
