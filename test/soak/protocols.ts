import type { Soak } from './soaked.ts';

/** What `npm run soak` can run, one line each. */
export const SOAKS: Readonly<Record<string, () => Promise<Soak>>> = {
  ccnet: async () => (await import('./acceptors.ts')).ccnetSoak,
  ebds: async () => (await import('./acceptors.ts')).ebdsSoak,
  id003: async () => (await import('./acceptors.ts')).id003Soak,
  'fujitsu-f53': async () => (await import('./f53.ts')).f53Soak,
  'puloon-lcdm-4000': async () => (await import('./lcdm-b.ts')).lcdmBSoak,
  'puloon-lcdm': async () => (await import('./dispensers.ts')).lcdmSoak,
};
