import type { Intent } from '../../../../main/contracts/intent.ts';

type WithoutRevision<T> = T extends unknown ? Omit<T, 'revision'> : never;

/** What a finger does; the revision of the screen it is done on comes when it is sent. */
export type Touch = WithoutRevision<Intent>;
