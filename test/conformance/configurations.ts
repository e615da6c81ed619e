/** What every suite is run on: both engines, each with 1, 2 and 4 harts. */
export type Engine = 'lockstep' | 'parallel';
export interface Configuration { readonly engine: Engine; readonly harts: number }

const engines: readonly Engine[] = ['lockstep', 'parallel'];

/** All configurations, or those that NOOKS_ENGINES and NOOKS_HARTS (lists with commas) leave. */
export function configurations(): Configuration[] {
  const wantedEngines = list('NOOKS_ENGINES') ?? engines;
  const harts = list('NOOKS_HARTS')?.map(Number) ?? [1, 2, 4];
  return engines.filter((engine) => wantedEngines.includes(engine))
    .flatMap((engine) => harts.map((count) => ({ engine, harts: count })));
}

export function nameOf({ engine, harts }: Configuration): string {
  return `${engine}, ${harts} ${harts === 1 ? 'hart' : 'harts'}`;
}

function list(variable: string): string[] | undefined {
  return process.env[variable]?.split(',').map((word) => word.trim());
}
