/** Stand-in: how memory may be got makes no difference here. */
export const GFP_KERNEL = 0;
