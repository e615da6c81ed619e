import { costProfiles } from '../../platform/cost.ts';

export type { CostProfile } from '../../platform/cost.ts';

/** Every instruction costs one cycle and nothing else costs anything. */
export const { flat } = costProfiles;
