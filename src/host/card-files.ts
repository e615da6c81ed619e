/** Cards that are none of the machine's own: a module that exports a CardKind as `card`, named by its path. */
import { pathToFileURL } from 'node:url';
import type { CardKind } from '../machine/devices/card.ts';
import { addCardKind, type CardSpec, isForeign, isKnown } from '../machine/devices/cards.ts';
import { UserError } from './user-error.ts';

/**
 * Makes this thread know the cards that are asked for by paths, with a slash in them, from the current folder on. Every
 * thread of a machine does before it has a board.
 * @throws UserError when there is no such module, or it exports no card
 */
export async function loadCards(requests: readonly (string | CardSpec)[]): Promise<void> {
  const names = requests.map((request) => (typeof request === 'string' ? request.split(',')[0]! : request.name));
  for (const name of names) if (isForeign(name) && !isKnown(name)) addCardKind(name, await cardOf(name));
}

async function cardOf(path: string): Promise<CardKind<object>> {
  const { card } = await importAny(pathToFileURL(path).href).catch((error: Error) => {
    throw new UserError(`the card ${path} cannot be loaded: ${error.message.split('\n')[0]}`);
  });
  if (card === undefined) throw new UserError(`${path} exports no card`);
  return card;
}

/** TypeScript too, whatever this thread itself runs from. */
async function importAny(href: string): Promise<{ readonly card?: CardKind<object> }> {
  const { tsImport } = await import('tsx/esm/api');
  return await tsImport(href, import.meta.url) as { readonly card?: CardKind<object> };
}
