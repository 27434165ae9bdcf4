import { fromPromise } from 'xstate';
import type { CashInContext, EnableReply, InsertedNote, NoteFate } from '../../../state-machines/cash-in/cash-in.types.ts';
import { entry } from '../../journal/journal.ts';
import type { CoreParts } from '../core-parts.ts';
import { hostStopOf } from '../availability.ts';
import { requireCommit } from '../require-commit.ts';
import type { ServedSession } from './operation-scope.ts';
import { entryScope } from './operation-scope.ts';

const CLOSES: EnableReply = { kind: 'failed', completionCode: 'sequenceError', detail: 'the terminal closes' };

/** Fills the holes of the cash-in machine. @param onReturned  a note that was not wanted is the customer's again */
export function cashInActors(parts: () => CoreParts, served: () => ServedSession | null, onReturned: () => void) {
  const ownerOf = (context: CashInContext) => ({ operationId: context.operationId, sessionId: served()?.sessionId });
  return {
    enableAcceptor: fromPromise<EnableReply, CashInContext>(async ({ input }) => {
      const { acceptorDesk, coinDesk, journal, site } = parts();
      if (site.isClosing) return CLOSES;
      const reply = await acceptorDesk.enable(input.acceptedMinor);
      if (reply.kind === 'completed' && site.isClosing) {
        // Told while the device was asked: nobody's note is awaited, and coins are not asked for.
        await acceptorDesk.disable();
        return CLOSES;
      }
      if (reply.kind === 'completed') {
        try {
          requireCommit(journal, { entries: [entry('acceptor.enabled', { denominationsMinor: [...input.acceptedMinor] }, entryScope(served(), input.operationId))] });
        } catch (error) {
          // Nobody's cash-in follows: the mouth would stay open behind the customer.
          await acceptorDesk.disable();
          throw error;
        }
      }
      const hostStop = hostStopOf(parts());
      // Beside notes, never without: what they wait for, coins wait for, too.
      const coinsMinor = reply.kind === 'completed' && hostStop === null ? await coinDesk.enable({ operationId: input.operationId, sessionId: served()?.sessionId ?? null }) : [];
      return { ...reply, hostStop, coinsMinor };
    }),
    disableAcceptor: fromPromise<void, CashInContext>(async () => void (await Promise.all([parts().acceptorDesk.disable(), parts().coinDesk.disable()]))),
    shutCoins: fromPromise<void, CashInContext>(() => parts().coinDesk.shut()),
    journalStackIntent: fromPromise<void, { readonly note: InsertedNote; readonly context: CashInContext }>(({ input }) => Promise.resolve().then(() => parts().acceptorDesk.journalStackIntent(input.note, ownerOf(input.context)))),
    stackNote: fromPromise<NoteFate, { readonly note: InsertedNote; readonly context: CashInContext }>(({ input }) => parts().acceptorDesk.stack(input.note, ownerOf(input.context))),
    returnNote: fromPromise<NoteFate, { readonly note: InsertedNote; readonly why: string; readonly context: CashInContext }>(async ({ input }) => {
      const fate = await parts().acceptorDesk.returnNote(input.note, input.why, ownerOf(input.context));
      if (fate === 'returned') onReturned();
      return fate;
    }),
  };
}
