import { expect, test } from 'vitest';
import { costProfiles } from '../../src/platform/cost.ts';

test('costs are whole cycles, and the flat profile has none', () => {
  for (const profile of Object.values(costProfiles)) {
    expect(Object.keys(profile)).toEqual(Object.keys(costProfiles.flat));
    expect(Object.values(profile).every((cycles) => Number.isInteger(cycles) && cycles >= 0)).toBe(true);
  }
  expect(Object.values(costProfiles.flat).every((cycles) => cycles === 0)).toBe(true);
});

test('in smp2003 a switch of address spaces and five misses cost what was measured', () => {
  const { satp, tlbMiss } = costProfiles.smp2003;
  expect(satp + 5 * tlbMiss).toBe(170);
});
