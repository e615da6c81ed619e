/**
 * riscv-arch-test: each program leaves a signature, which is compared word for word.
 *
 * In `riscv-arch-test` (I, M, Zifencei, privilege of version 2.7.4) the references are the suite's own,
 * NAME.reference_output. Those of its privilege tests come from a processor that has compressed instructions and traps
 * on misaligned data. Jumps to halfwords are judged by NAME.derived_output instead, which is right for a processor
 * without C; for data and ebreak NAME.qemu_output is as good (misaligned data are accessed in hardware, mtval is 0 at
 * ebreak), since the manual leaves both open.
 * In `riscv-arch-test-head` (A and PMP of version 3.10) the suite has no references, and QEMU's signature is the judge,
 * but for pmpcfg's reserved bits, which QEMU 7.2 lets software set: there NAME.derived_output has them clear.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { configurations, nameOf } from './configurations.ts';
import { guestNames, guestPath, signatureFile, suite } from './guests.ts';
import { Results } from './results.ts';
import { runToHost } from './tohost.ts';

const testLimitMs = 60_000;

judge('riscv-arch-test', 63, (name) =>
  name.startsWith('privilege-') ? ['reference_output', 'qemu_output'] : ['reference_output']);
judge('riscv-arch-test-head', 50, () => ['qemu_output']);

/** @param references the kinds of signature that are right for a program without a derived one, the usual one first */
function judge(folder: string, count: number, references: (name: string) => string[]): void {
  suite(folder, [folder], () => {
    const results = new Results(folder);
    afterAll(() => results.print());
    const programs = guestNames(folder, /\.elf$/).map((file) => file.replace(/\.elf$/, ''));

    test(`the suite is complete: ${count} programs`, () => {
      expect(programs).toHaveLength(count);
    });

    describe.each(configurations().map((configuration) => [nameOf(configuration), configuration] as const))(
      '%s', (_, configuration) => {
        test.each(programs)('%s', async (name) => {
          await results.count(configuration, name, async () => {
            const { verdict, signature } = await runToHost(guestPath(folder, `${name}.elf`), configuration);
            expect(verdict).toBe('passed');
            const derived = signatureFile(folder, `${name}.derived_output`);
            const admissible = derived ? [derived] : references(name)
              .flatMap((kind) => [signatureFile(folder, `${name}.${kind}`) ?? []]);
            const equal = admissible.find((words) => words.join() === signature.join());
            expect(hexadecimal(signature)).toEqual(hexadecimal(equal ?? admissible[0] ?? []));
          });
        }, testLimitMs);
      });
  });
}

function hexadecimal(words: readonly number[]): string[] {
  return words.map((word) => word.toString(16).padStart(8, '0'));
}
