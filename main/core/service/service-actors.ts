import { fromPromise } from 'xstate';
import type { CoinAct, CoinActResult, FoundOperation, LoginReply, NoteAct, NoteActResult, PasswordProblem, RecyclerAct, RecyclerActResult, ServiceContext, StaffMember } from '../../../state-machines/service/service.types.ts';
import type { MessageAct } from '../../contracts/intent.ts';
import { entry } from '../../journal/journal.ts';
import { allDevices } from '../core-parts.ts';
import type { CoreParts } from '../core-parts.ts';
import { isCoinExchangeOpen } from '../cash/coin-exchange.ts';
import { isNoteExchangeOpen } from '../cash/note-exchange.ts';
import { seenFacts } from '../host/conflict-alarm.ts';
import { actOnCoins, endCoinExchange } from './coin-acts.ts';
import { mayActOnDevices } from './device-reports.ts';
import { confirmMessageAct, mayActOnMessages, proposeMessageAct } from './message-acts.ts';
import { findOperation } from './find-operation.ts';
import { actOnNotes, endNoteExchange } from './note-acts.ts';
import { actOnRecycler, mayActOnRecycler } from './recycler-acts.ts';
import type { SettledAs } from './settle-suspense.ts';
import { settleSuspense } from './settle-suspense.ts';
import { requireCommit, wordIfUnwritten } from '../require-commit.ts';
import type { StaffStore } from './staff-store.ts';

/** Fills the holes of the service machine; each act is journaled with its person before it is done. */
export function serviceActors(parts: () => CoreParts, staff: () => StaffStore) {
  /** A device takes its time: whoever comes next to the notes comes after what was begun, also after whoever left in the middle of it. */
  let notes: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = notes.then(work);
    notes = done.catch(() => undefined);
    return done;
  };
  const act = (member: StaffMember, action: string, target: string) => requireCommit(parts().journal, { entries: [entry('service.acted', { login: member.login, action, target })] });
  return {
    logIn: fromPromise<LoginReply, { readonly login: string; readonly password: string }>(({ input }) => staff().logIn(input)),
    changePassword: fromPromise<readonly PasswordProblem[], { readonly staff: StaffMember; readonly current: string; readonly next: string; readonly repeat: string; readonly isForced: boolean }>(async ({ input }) => {
      const problems = await staff().changePassword({ login: input.staff.login, current: input.current, next: input.next, repeat: input.repeat, isForced: input.isForced });
      parts().deliveries.wake();
      return problems;
    }),
    findOperation: fromPromise<FoundOperation, { readonly staff: StaffMember; readonly code: string }>(({ input }) => Promise.resolve().then(() => findOperation(parts(), input))),
    retryMessage: fromPromise<void, { readonly staff: StaffMember; readonly messageId: string }>(({ input }) =>
      Promise.resolve().then(() => {
        if (!mayActOnMessages(input.staff.level)) return;
        act(input.staff, 'message.retry', input.messageId);
        parts().deliveries.retry(input.messageId);
      }),
    ),
    actOnMessage: fromPromise<void, { readonly staff: StaffMember; readonly messageId: string; readonly act: MessageAct | 'confirm'; readonly why: string }>(({ input: { staff: member, messageId, act: wish, why } }) =>
      Promise.resolve().then(() => {
        const done = wish === 'confirm' ? confirmMessageAct(parts(), { staff: member, messageId }) : proposeMessageAct(parts(), { staff: member, messageId, act: wish, why });
        if (!done.ok) parts().log.warn('svc.message.refused', { code: done.error });
        parts().deliveries.wake();
      }),
    ),
    resetDevice: fromPromise<void, { readonly staff: StaffMember; readonly deviceId: string }>(({ input }) =>
      Promise.resolve().then(() => {
        // It may move what lies in the device, and ends an alarm.
        if (!mayActOnDevices(input.staff.level)) return;
        act(input.staff, 'device.reset', input.deviceId);
        allDevices(parts().devices).find((device) => device.deviceId === input.deviceId)?.reset();
        if (input.deviceId === parts().devices.switches?.deviceId) parts().site.clearTamper(input.staff.login);
      }),
    ),
    restartByBoard: fromPromise<void, { readonly staff: StaffMember; readonly what: 'modem' | 'computer' }>(async ({ input: { staff: member, what } }) => {
      const { watchdog } = parts().devices;
      if (watchdog === null || !mayActOnDevices(member.level)) return;
      act(member, `${what}.restart`, watchdog.deviceId);
      const outcome = what === 'modem' ? await watchdog.restartModem() : await watchdog.restartComputer();
      if (outcome.kind !== 'completed') parts().log.warn('svc.restart.notDone', { what, outcome: outcome.kind });
    }),
    settleSuspense: fromPromise<void, { readonly staff: StaffMember; readonly suspenseId: string; readonly to: SettledAs; readonly why: string }>(({ input }) =>
      Promise.resolve().then(() => {
        const settled = settleSuspense(parts(), input);
        if (!settled.ok) parts().log.warn('svc.settle.refused', { code: settled.error });
      }),
    ),
    actOnRecycler: fromPromise<RecyclerActResult, { readonly staff: StaffMember; readonly act: RecyclerAct; readonly keepCount: number }>(({ input }) => actOnRecycler(parts(), input)),
    actOnCoins: fromPromise<CoinActResult, { readonly staff: StaffMember; readonly act: CoinAct; readonly hopperNumber: number; readonly coinCount: number }>(({ input }) => orNotWritten(() => actOnCoins(parts(), input))),
    actOnNotes: fromPromise<NoteActResult, { readonly staff: StaffMember; readonly act: NoteAct; readonly cassetteNumber: number; readonly noteCount: number }>(({ input, signal }) =>
      inTurn((): Promise<NoteActResult> => (signal.aborted ? Promise.resolve('failed') : orNotWritten(() => actOnNotes(parts(), { ...input, hasLeft: () => signal.aborted }))))),
    recordLeave: fromPromise<void, ServiceContext>(({ input }) =>
      Promise.resolve().then(() => {
        requireCommit(parts().journal, { entries: [entry('service.left', { login: input.staff?.login ?? null, reason: input.leaveReason })], facts: input.staff === null ? {} : seenFacts(parts().journal) });
        // Whoever turned the key and was not let in, or may only look, ends nothing that another one left open.
        const { staff: member } = input;
        if (member === null || !mayActOnRecycler(member.level)) return;
        if (isCoinExchangeOpen(parts().journal)) endCoinExchange(parts(), member.login);
        // Nobody is kept waiting by a device; until it has closed its units no note moves.
        void inTurn(async () => {
          if (isNoteExchangeOpen(parts().journal)) await endNoteExchange(parts(), member.login);
        }).catch((error: unknown) => parts().log.error('svc.exchange.notEnded', { detail: String(error) }));
      }),
    ),
  };
}

/** After a sync that failed nobody knows whether the next start finds it: who read "not done" would count a second time what he has put in once. */
function orNotWritten<Answer>(act: () => Answer | Promise<Answer>): Promise<Answer | 'notWritten'> {
  return wordIfUnwritten(act, 'notWritten');
}
