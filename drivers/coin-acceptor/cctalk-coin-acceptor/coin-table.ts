import type { Currency } from '../../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../../main/foundation/money.ts';
import type { LinkReply, LinkRequest } from '../../cctalk-family/link.ts';
import { currencyOf, decodeCoinId } from './codec.ts';

const POSITIONS = 16;
const COIN_ID_BYTES = 6;
const EQUAL_READS_MAX = 6;
/** No set of tenge coins ends below this; one that does is told 100 times too small. [misc §5.4, single source] */
const HIGHEST_TENGE_MIN = 10 * MINOR_PER_UNIT;

/** What the positions of the device are worth. */
export interface CoinTable {
  readonly denominationsMinor: readonly number[];
  /** Why it is not used; null: it is. */
  readonly problem: string | null;
  /** 0: no value. */
  valueOf(position: number): number;
  positionsOf(denominationsMinor: readonly number[]): readonly number[];
}

export const EMPTY_TABLE: CoinTable = coinTable(new Map(), null);

/** Asks 184 for each position; a coin is what two answers in a row say: every credit of this start goes by it, and spoiled bytes can make the one-byte sum right. null: no answer. */
export async function readCoinTable(
  request: (request: LinkRequest) => Promise<LinkReply>,
  { currency, valueFactor }: { readonly currency: Currency; readonly valueFactor: 1 | 100 | null },
): Promise<CoinTable | null> {
  const told = new Map<number, number>();
  for (let position = 1; position <= POSITIONS; position++) {
    const text = await readCoinId(request, position);
    if (text === null) return null;
    const kind = decodeCoinId(text);
    if (kind !== null && currencyOf(kind.countryCode) === currency) told.set(position, kind.valueMinor);
  }
  if (told.size === 0) return coinTable(told, `no coin of ${currency} in the table`);
  if (currency === 'KZT' && valueFactor === null && Math.max(...told.values()) < HIGHEST_TENGE_MIN) {
    return coinTable(new Map(), 'the coin values look 100 times too small: compare with the device and set coinValueFactor');
  }
  return coinTable(new Map([...told].map(([position, value]) => [position, value * (valueFactor ?? 1)])), null);
}

/** Empty: refused. null: no answer, or never the same twice. */
async function readCoinId(request: (request: LinkRequest) => Promise<LinkReply>, position: number): Promise<string | null> {
  let before: string | null = null;
  for (let turn = 0; turn < EQUAL_READS_MAX; turn++) {
    const reply = await request({ header: 'coinId', data: [position], answerBytes: [COIN_ID_BYTES], isRepeatable: true });
    if (reply.kind !== 'answered') return reply.kind === 'refused' ? '' : null;
    const text = reply.data.toString('latin1');
    if (text === before) return text;
    before = text;
  }
  return null;
}

function coinTable(values: ReadonlyMap<number, number>, problem: string | null): CoinTable {
  return {
    problem,
    denominationsMinor: [...new Set(values.values())].sort((a, b) => a - b),
    valueOf: (position) => values.get(position) ?? 0,
    positionsOf: (denominationsMinor) => [...values].filter(([, value]) => denominationsMinor.includes(value)).map(([position]) => position),
  };
}
