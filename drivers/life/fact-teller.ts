import type { Log } from '../../main/foundation/log.ts';
import type { CashAcceptorEvent, PostponableEvent, PowerUpPosition } from '../interfaces/cash-acceptor.ts';
import type { NoteDesk } from './note-desk.ts';

/** What a note's cycle can say that means the same whatever the protocol. */
export type PlainFact =
  | { readonly fact: 'noteEntering' }
  | { readonly fact: 'noteRejected'; readonly noteId: string | null; readonly reason: number }
  | { readonly fact: 'noteLost'; readonly noteId: string }
  | { readonly fact: 'poweredUp'; readonly position: PowerUpPosition; readonly isUnheard: boolean }
  | { readonly fact: 'boxRemoved' | 'boxInserted' | 'cheatSuspected' };

export interface FactTellerParts {
  readonly deviceId: string;
  readonly log: Log;
  readonly desk: NoteDesk;
  readonly emit: (event: CashAcceptorEvent) => void;
  /** Tells it again with the device's next answer. */
  readonly postpone: (event: PostponableEvent) => void;
}

/** To listeners, to the log, and to whoever waits for the note. */
export function tellPlainFact(fact: PlainFact, { deviceId, log, desk, emit, postpone }: FactTellerParts): void {
  switch (fact.fact) {
    case 'noteEntering':
      return emit({ kind: 'noteEntering' });
    case 'noteRejected':
      emit({ kind: 'noteRejected', reason: fact.reason });
      return desk.settle(fact.noteId, { kind: 'completed', value: 'rejected' });
    case 'noteLost':
      if (desk.isAwaitedFor(fact.noteId)) desk.settleUnknown('hardwareError');
      log.error('cim.note.lost', { deviceId, noteId: fact.noteId });
      return;
    case 'poweredUp': {
      log.warn('cim.device.poweredUp', { deviceId, position: fact.position });
      const event: PostponableEvent = { kind: 'poweredUp', position: fact.position, isUnheard: fact.isUnheard, postpone: () => postpone(event) };
      return emit(event);
    }
    case 'boxRemoved':
    case 'boxInserted':
      log.info(`cim.box.${fact.fact === 'boxRemoved' ? 'removed' : 'inserted'}`, { deviceId });
      return emit({ kind: fact.fact });
    case 'cheatSuspected':
      return emit({ kind: 'cheatSuspected' });
  }
}
