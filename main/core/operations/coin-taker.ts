import type { ActorRefFrom } from 'xstate';
import type { CashInContext } from '../../../state-machines/cash-in/cash-in.types.ts';
import { insertedMinor } from '../../../state-machines/cash-in/cash-in.types.ts';
import type { terminalMachine } from '../../../state-machines/terminal/terminal.machine.ts';
import type { CoinTaker } from '../cash/coin-desk.ts';
import { chainOf } from '../presenter/snapshot-chain.ts';

/** Notes and coins of one operation are 200 at most; a handful under way must still fit. */
const COINS_TO_MAX = 170;

/** The cash-in in front of the customer, as coins find it; null: there is none. */
export function coinTaker(terminal: ActorRefFrom<typeof terminalMachine>): CoinTaker | null {
  const { chain, actors } = chainOf(terminal);
  const context = chain.cashIn?.status === 'active' ? chain.cashIn.context : null;
  if (context === null) return null;
  return {
    operationId: context.operationId,
    roomMinor: () => coinRoomMinor(context),
    coinAccepted(coin) {
      actors.session?.send({ type: 'presence.felt' });
      (actors.deepest as { send(event: object): void }).send({ type: 'coin.accepted', coin });
    },
  };
}

/** What may still be inserted in coins, which cannot be given back, beside the note that is on its way in: nothing where no more is wanted, or where notes are not taken either. */
function coinRoomMinor({ notes, escrowed, stoppedBy, by, insertMaxMinor, wantedMinor }: CashInContext): number {
  if (stoppedBy !== null || by === 'walkAway' || notes.length >= COINS_TO_MAX) return 0;
  const insertedSumMinor = insertedMinor(escrowed === null ? notes : [...notes, escrowed]);
  return wantedMinor !== null && insertedSumMinor >= wantedMinor ? 0 : insertMaxMinor - insertedSumMinor;
}
