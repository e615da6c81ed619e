/**
 * The long run of the differential test: `npm run differential -- [first seed] [seeds] [harts]`. A difference is
 * printed with the line that shows it again.
 */
import { Contestant, differences, firstDifference, ways } from './compare.ts';
import { randomProgram } from './program.ts';

const [first = 1, count = 1000, harts = 1] = process.argv.slice(2).map(Number);
const steps = 4000;
const contestants = ways.map((way) => new Contestant(way, { harts }));
let failures = 0;
for (let seed = first; seed < first + count && failures < 5; seed++) {
  const program = randomProgram(seed);
  const [expected, ...others] = contestants.map((contestant) => contestant.run(program, steps));
  others.forEach((outcome, index) => {
    const found = differences(expected!, outcome);
    if (found.length === 0) return;
    failures++;
    const way = ways[index + 1]!;
    const fresh = [ways[0]!, way].map((each) => new Contestant(each, { harts }).run(program, steps));
    const again = differences(fresh[0]!, fresh[1]!).length > 0;
    process.stdout.write(`seed ${seed}, translated after ${way.hotCount}: ${found.slice(0, 6).join('\n  ')}\n`
      + (again ? `  first after ${firstDifference(seed, harts, way, steps)} steps\n` : '  only after those before\n')
      + `  again: npm run differential -- ${again ? seed : first} ${again ? 1 : seed - first + 1} ${harts}\n`);
  });
}
process.stdout.write(`${failures === 0 ? 'no difference' : `${failures} differences`}\n`);
process.exitCode = failures === 0 ? 0 : 1;
