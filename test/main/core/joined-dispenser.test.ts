/** Goal: devices that pay out together are one dispenser: each order goes to the device that has the cassette, one that is not well takes only its own away, and coins alone are no cash-out. Method: devices whose words the test says. */
import { describe, expect, it } from 'vitest';
import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import type { CoinDispenser } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { DeviceState, DeviceStatus } from '../../../drivers/interfaces/device.ts';
import type { Config } from '../../../main/contracts/config.ts';
import { joinedDispenser } from '../../../main/core/cash/joined-dispenser.ts';

const [TEN, TWENTY] = [1_000_000, 2_000_000];
const asked: string[] = [];

const statusOf = (deviceId: string, state: DeviceState) => ({ deviceId, state }) as DeviceStatus;
const counted = (cassetteNumber: number, noteCount: number) => ({ kind: 'completed', value: { cassetteNumber, requestedCount: noteCount, presentedCount: noteCount, pickedCount: noteCount, rejectedCount: 0, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } }) as const;

const dispenserThat = (state: DeviceState) => ({
  deviceId: 'dispenser', presenter: null, capabilities: { cassetteCount: 2, notesPerCommandMax: 5 },
  status: () => statusOf('dispenser', state),
  dispense: ({ cassetteNumber, noteCount }: { cassetteNumber: number; noteCount: number }) => (asked.push(`dispenser ${cassetteNumber}`), Promise.resolve(counted(cassetteNumber, noteCount))),
  readSensors: () => Promise.resolve({ kind: 'completed', value: { isExitBlocked: true, isTransportBlocked: false, isRejectTrayPresent: true, cassettes: [1, 2].map((cassetteNumber) => ({ cassetteNumber, isPresent: true, isNearEnd: false })) } }),
}) as unknown as CashDispenser;

/** Units 3 and 4 of its own numbering. */
const recyclerThat = (state: DeviceState) => ({
  deviceId: 'recycler', status: () => statusOf('recycler', state),
  unitNumberOf: (denominationMinor: number) => ({ [TEN]: 3, [TWENTY]: 4 })[denominationMinor] ?? null,
  dispenser: {
    capabilities: { cassetteCount: 4, notesPerCommandMax: 10 }, status: () => statusOf('recycler', state),
    dispense: ({ cassetteNumber, noteCount }: { cassetteNumber: number; noteCount: number }) => (asked.push(`recycler ${cassetteNumber}`), Promise.resolve(counted(cassetteNumber, noteCount))),
  },
}) as unknown as CashRecycler;

const hopperThat = (deviceId: string, state: DeviceState, isPayable = true) => ({
  deviceId, capabilities: { coinsPerCommandMax: 50 }, status: () => statusOf(deviceId, state),
  dispense: ({ coinCount }: { coinCount: number }) => (asked.push(`${deviceId} ${coinCount}`), Promise.resolve({ kind: 'completed', value: { requestedCount: coinCount, presentedCount: coinCount - 1, stoppedBy: 'CDM_COIN_EMPTY', rawStatusHex: '' } })),
  readSensors: () => Promise.resolve({ kind: 'completed', value: { isPayable, isBelowLowLevel: null, isAboveHighLevel: null } }),
}) as unknown as CoinDispenser;

const join = (devices: { readonly dispenser?: CashDispenser; readonly recycler?: CashRecycler; readonly hoppers?: readonly CoinDispenser[] }) => joinedDispenser({ devices: { ...(devices.recycler === undefined ? {} : { recycler: { units: [{ denominationMinor: TEN }, { denominationMinor: TWENTY }] } }) } } as unknown as Config, { dispenser: null, recycler: null, hoppers: [], ...devices })!;

describe('what pays out', () => {
  it.each([
    ['the dispenser, where it is well', { dispenser: dispenserThat('ready'), recycler: recyclerThat('ready'), hoppers: [hopperThat('hopper', 'ready')] }, 'dispenser ready'],
    ['the recycler, where the dispenser is not', { dispenser: dispenserThat('faulty'), recycler: recyclerThat('ready') }, 'recycler ready'],
    ['nothing, where both are not', { dispenser: dispenserThat('faulty'), recycler: recyclerThat('offline') }, 'dispenser faulty'],
    ['nothing, where only coins would be left: they alone are no cash-out', { dispenser: dispenserThat('faulty'), hoppers: [hopperThat('hopper', 'ready')] }, 'dispenser faulty'],
    ['nothing, where only coins would be left beside a recycler', { recycler: recyclerThat('faulty'), hoppers: [hopperThat('hopper', 'ready')] }, 'recycler faulty'],
    ['coins, where there is nothing else', { hoppers: [hopperThat('hopper', 'ready')] }, 'hopper ready'],
  ] as const)('is %s', (_, devices, shown) => {
    const { deviceId, state } = join(devices).status();
    expect(`${deviceId} ${state}`).toBe(shown);
  });

  it('is asked for no more at once than any of them gives', () => {
    expect(join({ dispenser: dispenserThat('ready'), recycler: recyclerThat('ready'), hoppers: [hopperThat('hopper', 'ready')] }).capabilities).toMatchObject({ cassetteCount: 5, notesPerCommandMax: 5 });
  });
});

it.each([[2, 'dispenser 2', 3], [101, 'recycler 3', 3], [102, 'recycler 4', 3], [201, 'first 3', 2], [202, 'second 3', 2]])('an order for cassette %i goes to the device that has it (%s), and what came of it bears its number', async (cassetteNumber, whom, presentedCount) => {
  asked.length = 0;
  const all = join({ dispenser: dispenserThat('ready'), recycler: recyclerThat('ready'), hoppers: [hopperThat('first', 'ready'), hopperThat('second', 'ready')] });
  const outcome = await all.dispense({ cassetteNumber, noteCount: 3 });
  expect([asked, outcome]).toMatchObject([[whom], { kind: 'completed', value: { cassetteNumber, presentedCount, pickedCount: presentedCount } }]);
});

it.each([1, 101, 103, 201])('an order for cassette %i that no device has moves nothing', async (cassetteNumber) => {
  const all = cassetteNumber === 103 ? join({ recycler: recyclerThat('ready') }) : cassetteNumber === 1 ? join({ recycler: recyclerThat('ready') }) : cassetteNumber === 101 ? join({ dispenser: dispenserThat('ready'), hoppers: [hopperThat('hopper', 'ready')] }) : join({ dispenser: dispenserThat('ready'), recycler: recyclerThat('ready') });
  expect(await all.dispense({ cassetteNumber, noteCount: 1 })).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
});

describe('cassettes that are there', () => {
  const present = async (devices: Parameters<typeof join>[0]) => {
    const read = await join(devices).readSensors();
    return read.kind === 'completed' ? read.value.cassettes.filter(({ isPresent }) => isPresent).map(({ cassetteNumber }) => cassetteNumber) : null;
  };

  it('are those of each device that is well', async () => {
    const [dispenser, recycler, hoppers] = [dispenserThat('ready'), recyclerThat('ready'), [hopperThat('first', 'ready'), hopperThat('second', 'ready')]];
    expect(await present({ dispenser, recycler, hoppers })).toEqual([1, 2, 101, 102, 201, 202]);
    expect(await present({ dispenser: dispenserThat('faulty'), recycler, hoppers })).toEqual([101, 102, 201, 202]);
    expect(await present({ dispenser: dispenserThat('offline'), recycler, hoppers })).toEqual([101, 102, 201, 202]);
    expect(await present({ dispenser, recycler: recyclerThat('faulty'), hoppers })).toEqual([1, 2, 201, 202]);
    expect(await present({ dispenser, recycler, hoppers: [hopperThat('first', 'faulty'), hopperThat('second', 'ready', false)] })).toEqual([1, 2, 101, 102]);
  });

  it('of a dispenser that stopped with a fault none, though what it says of its path is told', async () => {
    expect(await join({ dispenser: dispenserThat('faulty'), recycler: recyclerThat('ready') }).readSensors()).toMatchObject({ kind: 'completed', value: { isExitBlocked: true } });
  });
});
