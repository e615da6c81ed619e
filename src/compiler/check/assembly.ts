/** Functions written in assembly: their text with what it mentions put in, assembled. */
import { AssemblyError } from '../../isa/assembly-error.ts';
import { type Program as Assembled, assembleProgram } from '../../isa/program.ts';
import { placeOf, ts } from '../parser.ts';
import type { FunctionBody, FunctionNode, Global } from '../tree.ts';
import type { Body } from './body.ts';
import { expression } from './expressions.ts';

/** The template of a function whose body is ``asm`...` ``. */
export function assemblyOf(statements: readonly ts.Statement[]): ts.TaggedTemplateExpression | undefined {
  const [first] = statements;
  if (statements.length !== 1 || first === undefined) return undefined;
  if (!ts.isExpressionStatement(first) && !ts.isReturnStatement(first)) return undefined;
  const { expression: inner } = first;
  return inner !== undefined && ts.isTaggedTemplateExpression(inner) && inner.tag.getText() === 'asm'
    ? inner : undefined;
}

/** The body of a naked function. */
export function assemblyBody(body: Body, node: FunctionNode, { template }: ts.TaggedTemplateExpression): FunctionBody {
  const place = placeOf(template);
  const { text, mentions } = substituted(body, template);
  const program = text === undefined ? undefined : assemble(body, node, text, place);
  return { kind: 'assembly', text: text ?? '', place, mentions, program };
}

/** The text, undefined when something in it cannot stand there. */
function substituted(
  body: Body, template: ts.TemplateLiteral,
): { text: string | undefined; mentions: (FunctionNode | Global)[] } {
  const mentions: (FunctionNode | Global)[] = [];
  if (ts.isNoSubstitutionTemplateLiteral(template)) return { text: template.rawText ?? template.text, mentions };
  let text: string | undefined = template.head.rawText ?? template.head.text;
  for (const span of template.templateSpans) {
    const put = substitution(body, span.expression, mentions);
    if (put === undefined) body.unit.report(span.expression, 'asmSubstitution');
    const after = span.literal.rawText ?? span.literal.text;
    text = text === undefined || put === undefined ? undefined : text + put + after;
  }
  return { text, mentions };
}

/** A constant's digits, or the symbol of a function or a global. */
function substitution(body: Body, node: ts.Expression, mentions: (FunctionNode | Global)[]): string | undefined {
  const value = expression(body, node);
  if (value.kind === 'constant') return value.type.kind === 'never' ? '' : String(value.value);
  const memory = value.kind === 'address' ? value.memory
    : value.kind === 'read' && value.target.kind === 'memory' ? value.target : undefined;
  const isWhole = memory?.base.kind === 'global' && memory.index === undefined && memory.offset === 0;
  const mentioned = value.kind === 'function' ? value.function
    : isWhole && memory.base.kind === 'global' ? memory.base.global : undefined;
  if (mentioned === undefined) return undefined;
  mentions.push(mentioned);
  return mentioned.symbol;
}

function assemble(
  body: Body, { symbol, exported, section = '.text' }: FunctionNode, text: string, place: FunctionNode['place'],
): Assembled | undefined {
  const binding = exported ? `.globl ${symbol}; ` : '';
  const start = `.section ${section}, "ax"; ${binding}.type ${symbol}, @function; ${symbol}:`;
  try {
    return assembleProgram(`${start}${text}\n.size ${symbol}, . - ${symbol}\n`);
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    for (const { line, message } of error.problems) {
      const at = { file: place.file, line: place.line + line - 1, column: line === 1 ? place.column : 1 };
      body.unit.diagnostics.report(at, 'asmText', message);
    }
    return undefined;
  }
}
