/** The cards a machine can be given, by the names QEMU has for them. */
import { type Card, type CardKind, type CardSetting, OptionError } from './card.ts';
import { e1000Card, pcnetCard } from './net-cards.ts';
import { sb16Card } from './sb16-card.ts';

export const cardKinds = { e1000: e1000Card, pcnet: pcnetCard, sb16: sb16Card } as const;

type Kinds = typeof cardKinds;
type OptionsOf<Kind> = Kind extends CardKind<infer Options> ? Options : never;

/** A card as it is asked for: its name and options, which threads can send each other. */
export type CardSpec =
  | { [N in keyof Kinds]: { readonly name: N } & OptionsOf<Kinds[N]> }[keyof Kinds]
  | { readonly name: ForeignName };

/** The name of a kind of card that is none of these: the path of its module, with a slash. */
type ForeignName = `${string}/${string}`;

/** Those that this thread knows. */
const kinds: Record<string, CardKind<object>> = { ...cardKinds } as Record<string, CardKind<object>>;

/** From now on this thread knows a kind by a name of its own. */
export function addCardKind(name: ForeignName, kind: CardKind<object>): void { kinds[name] = kind; }

export const isForeign = (name: string): name is ForeignName => name.includes('/');
export const isKnown = (name: string): boolean => Object.hasOwn(kinds, name);

/** Bytes of shared words. */
export const cardBytes = ({ name }: CardSpec): number => kinds[name]!.bytes;

export const makeCard = (spec: CardSpec, setting: CardSetting): Card => kinds[spec.name]!.make(spec, setting);

/**
 * Reads `e1000,mac=52:54:00:12:34:56,loss=0.01`: a name, then options in any order. Those that only the host can read
 * are handed to it; each gives a part of the specification.
 * @throws OptionError
 */
export function parseCard(text: string, host: (key: string, value: string) => object): CardSpec {
  const [name = '', ...parts] = text.split(',');
  const kind = isKnown(name) ? kinds[name]! : undefined;
  if (kind === undefined) throw new OptionError(`there is no device '${name}'; there are ${nameList()}`);
  let spec: object = { name };
  for (const part of parts) {
    const [, key = part, value = ''] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    const read = (kind.options as Readonly<Record<string, (text: string) => unknown>>)[key];
    if (read !== undefined) spec = { ...spec, [key]: readOption(name, () => read(value)) };
    else if (kind.hostOptions.includes(key)) spec = { ...spec, ...host(key, value) };
    else throw new OptionError(`${name} has no option '${key}'; it has ${optionList(kind)}`);
  }
  return spec as CardSpec;
}

function readOption<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof OptionError ? new OptionError(`${name}: ${error.message}`) : error;
  }
}

const nameList = () => Object.keys(cardKinds).join(', ');
const optionList = ({ options, hostOptions }: CardKind<object>) => [...Object.keys(options), ...hostOptions].join(', ');
