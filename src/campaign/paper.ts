/** The figures of Nooks (SOSP 2003), section 5.2, Figures 6 and 7 together: 400 trials of each of five extensions. */
export const paper = {
  title: 'Nooks, SOSP 2003', extensions: 5, trials: 2000,
  native: { crashes: 317, failures: 512 },
  nooks: { crashes: 4, failures: 212 },
} as const;
