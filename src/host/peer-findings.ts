/** What the other ends of a machine's plugs have seen of a workload, compared with what a manifest says. */
import { Sb16Card } from '../machine/devices/sb16-card.ts';
import type { PeerFinding, Workload } from '../platform/extension.ts';
import type { Machine } from './machine.ts';
import { isSoundName, soundFile } from './sound-files.ts';

/**
 * Takes note of what there is before a workload. What is given back is called after it.
 * @returns what is not as it must be, in sentences; none when all is
 */
export function watchPeers(machine: Machine, { peers }: Pick<Workload, 'peers'>): () => string[] {
  const checks = peers.map((finding) => watch(machine, finding));
  return () => checks.flatMap((check) => check());
}

function watch(machine: Machine, { device, heard }: PeerFinding): () => string[] {
  if (!isSoundName(heard)) throw new Error(`there is no sound ${heard}`);
  const wanted = soundFile(heard);
  const { sink } = soundCard(machine, device);
  const { total: start, underruns } = sink.tally;
  return () => {
    const { total, underruns: since } = sink.tally;
    const got = sink.samples(start, total);
    return [
      ...(since === underruns ? [] : [`a sample was due and not there, ${since - underruns} times`]),
      ...(got === undefined ? ['too much was heard to tell what'] : differences(got, wanted.heard)),
    ];
  };
}

function soundCard(machine: Machine, device: number): Sb16Card {
  const card = machine.card(device);
  if (card instanceof Sb16Card) return card;
  throw new Error(`device ${device} of the machine is no sound card`);
}

function differences(got: Int16Array, wanted: Int16Array): string[] {
  const first = wanted.findIndex((sample, index) => got[index] !== sample);
  if (first >= 0 && first < got.length) {
    return [`sample ${first} of ${wanted.length} was ${got[first]} instead of ${wanted[first]}`];
  }
  return got.length === wanted.length ? [] : [`${got.length} samples were heard instead of ${wanted.length}`];
}
