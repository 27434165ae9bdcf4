import type { CoinAcceptor } from '../../../drivers/interfaces/coin-acceptor.ts';
import type { CoinDispenser } from '../../../drivers/interfaces/coin-dispenser.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes with coins, of which there is no escrow and nothing comes back. */
const MARK = 'coinAcceptor.mark';
const HOPPER_CASSETTE_MIN = 201;

/** As if an event that was read twice were two coins. */
export const creditsCoinTwice = (): Sabotage => ({
  devices: (devices) => (devices.coinAcceptor === null ? devices : { ...devices, coinAcceptor: tellingTwice(devices.coinAcceptor) }),
});

function tellingTwice(acceptor: CoinAcceptor): CoinAcceptor {
  return overlay(acceptor, {
    onEvent: (listener) =>
      acceptor.onEvent((event) => {
        listener(event);
        if (event.kind === 'coinAccepted') listener({ ...event, coin: { ...event.coin, coinId: `${event.coin.coinId}-2` }, acknowledge: () => {}, postpone: () => {} });
      }),
  });
}

/** Up to where the device was read is kept when the gate opens and shuts, not with each credit: a start in between reads from before. */
export const forgetsCoinMark = (): Sabotage => ({
  journal: (journal) =>
    overlay(journal, {
      commit: (batch) => {
        if (!(batch.entries ?? []).some((draft) => draft.kind === 'coin.accepted')) return journal.commit(batch);
        return journal.commit({ ...batch, facts: Object.fromEntries(Object.entries(batch.facts ?? {}).filter(([name]) => name !== MARK)) });
      },
    }),
});

/** What a person says that he put in is written down, and not counted. */
export const forgetsLoadedCoins = (): Sabotage => ({
  journal: (journal) =>
    overlay(journal, {
      commit: (batch) => journal.commit((batch.entries ?? []).some((draft) => draft.kind === 'service.acted' && (draft.data as { readonly action: string }).action === 'coins.load') ? { ...batch, cashUnits: [] } : batch),
    }),
});

/** A payout of coins that an earlier life began is made again, whatever the registers say. */
export const repeatsCoinsInDoubt = (): Sabotage =>
  withHopper((hopper) => ({
    resolveDispense: async (request) => {
      await hopper.resolveDispense(request);
      return hopper.dispense(request);
    },
  }));

/** Registers that contradict each other are read as if nothing had been paid. */
export const roundsCoinsInDoubtToNothing = (): Sabotage => ({
  devices: (devices) => {
    const { dispenser } = devices;
    if (dispenser === null) return devices;
    return {
      ...devices,
      dispenser: overlay(dispenser, {
        dispense: async (request) => {
          const outcome = await dispenser.dispense(request);
          return outcome.kind === 'uncertain' && request.cassetteNumber >= HOPPER_CASSETTE_MIN ? { kind: 'failed', completionCode: 'hardwareError' } : outcome;
        },
      }),
    };
  },
});

const withHopper = (change: (hopper: CoinDispenser) => Partial<CoinDispenser>): Sabotage => ({
  devices: (devices) => ({ ...devices, coinDispensers: devices.coinDispensers.map((hopper) => overlay(hopper, change(hopper))) }),
});
