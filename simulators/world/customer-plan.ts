import type { Language } from '../../main/contracts/languages.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import { SAMPLE_CLIENTS } from '../bank-host/sample-data.ts';
import type { Chance } from './chance.ts';

/** Who somebody is, as he would say it himself. */
export interface Person {
  readonly phone: string;
  /** null: the bank does not know him. */
  readonly iin: string | null;
  readonly birthDate: string | null;
}

/** What one customer came for and how clumsy he is. */
export interface CustomerPlan {
  readonly person: Person;
  readonly operations: readonly OperationCode[];
  readonly language: Language;
  /** Percent of steps at which he does something silly. */
  readonly sillyPercent: number;
  /** Percent of steps at which he walks away for good. */
  readonly walkAwayPercent: number;
  readonly identifiesBy: 'phone' | 'iin';
  readonly wrongCodes: number;
  readonly noteCount: number;
  /** null: the terminal has no slot for coins. */
  readonly coinCount: number | null;
  readonly providerId: string;
  readonly wantsPaper: boolean;
  /** Shown this, he goes away for good; null: he does not. */
  readonly leavesOn: ScreenModel['screen'] | null;
}

const WEIGHTS: Readonly<Record<string, number>> = { 'c-1001': 24, 'c-1002': 5, 'c-1003': 5, 'c-1004': 1, 'c-1005': 3, 'c-1006': 1 };
const STRANGER_WEIGHT = 3;
/** Providers with a fixed sum, a fee, two fields, a register that knows hardly anybody. */
const PROVIDERS: readonly (readonly [string, number])[] = [['p-water', 4], ['p-heating', 3], ['p-aspan', 4], ['p-meal', 3], ['p-parking', 1], ['p-university', 1], ['p-gas', 1], ['p-tobyl', 2], ['p-citycard', 1], ['p-jelinet', 1]];
const OPERATIONS: readonly (readonly [OperationCode, number])[] = [['op-01', 5], ['op-05', 4], ['op-10', 5]];

/** Each of them in turn; beside it a clumsy customer goes away at any step. */
const LEFT_PERCENT = 12;
const LEFT_ON: readonly ScreenModel['screen'][] = ['otp', 'account-choice', 'cash-in-intro', 'cash-in', 'cash-in-leave', 'change-choice', 'confirm', 'cash-out-amount', 'processing', 'take-cash', 'take-receipt', 'result-success', 'result-partial', 'result-pending', 'timeout-warning'];

export function drawPlan(chance: Chance, { only, hasCoins, leaving }: { readonly leaving: Chance; /** Every customer comes for this. */ readonly only: OperationCode | undefined; readonly hasCoins: boolean }): CustomerPlan {
  const known = SAMPLE_CLIENTS.map((client): readonly [Person, number] => [{ phone: client.phone, iin: client.iin, birthDate: client.birthDate }, WEIGHTS[client.clientId] ?? 1]);
  const stranger: Person = { phone: `+7707${chance.digits(7)}`, iin: null, birthDate: null };
  const isClumsy = chance.isOnce(25);
  return {
    person: chance.weighted([...known, [stranger, STRANGER_WEIGHT]]),
    operations: Array.from({ length: chance.weighted([[1, 12], [2, 4], [3, 1]]) }, () => only ?? chance.weighted(OPERATIONS)),
    language: chance.oneOf(['kk', 'ru', 'en']),
    sillyPercent: isClumsy ? 12 : 2,
    walkAwayPercent: isClumsy ? 2 : 0.5,
    identifiesBy: chance.isOnce(20) ? 'iin' : 'phone',
    wrongCodes: chance.weighted([[0, 40], [1, 6], [2, 2], [4, 1]]),
    noteCount: chance.weighted([[0, 1], [1, 6], [2, 5], [3, 3], [5, 1]]),
    providerId: chance.weighted(PROVIDERS),
    wantsPaper: chance.isOnce(50),
    coinCount: hasCoins ? chance.weighted([[0, 2], [1, 4], [3, 4], [8, 2], [20, 1]]) : null,
    leavesOn: leaving.isOnce(LEFT_PERCENT) ? leaving.oneOf(LEFT_ON) : null,
  };
}
