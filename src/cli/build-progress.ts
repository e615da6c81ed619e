/** Tells the user, in one line of a terminal, that images are being built, if that takes a while. */
import type { Progress } from '../host/shipped.ts';

/** How long a build may take before the user is told of it, in milliseconds. */
const patience = 1000;

export async function tellingOfBuild<T>(build: (onImage: Progress) => Promise<T>): Promise<T> {
  const start = performance.now();
  const [before, after] = process.stderr.isTTY ? ['\r\x1b[K', ''] : ['', '\n'];
  let told = false;
  const built = await build(({ image, state }, left) => {
    if (state !== 'built' || performance.now() - start < patience || (told && !process.stderr.isTTY)) return;
    told = true;
    process.stderr.write(`${before}nooks: built ${image.name}, ${left} to go${after}`);
  });
  if (told) process.stderr.write(before);
  return built;
}
