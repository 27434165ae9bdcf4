import { monotonicFactory } from 'ulid';
import { v4 } from 'uuid';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Makes the identifiers of the product from the injected clock and chance. */
export interface IdSource {
  /** 26 characters, sortable by time, strictly rising within one process. Operation, message and session ids. */
  ulid(): string;
  /** RFC 9562 version 4. */
  uuid(): string;
}

export function createIdSource(clock: Clock, random: Random): IdSource {
  const nextUlid = monotonicFactory(() => random.bytes(1)[0]! / 256);
  return {
    ulid: () => nextUlid(clock.nowUtcMs()),
    uuid: () => v4({ random: random.bytes(16) }),
  };
}
