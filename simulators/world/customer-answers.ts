import type { IntentOf, IntentKind } from '../../main/contracts/intent.ts';
import type { ScreenData, ScreenModel } from '../../main/contracts/screen-model.ts';
import { SAMPLE_PROVIDERS } from '../bank-host/sample-catalogue.ts';
import { SAMPLE_DENOMINATIONS_MINOR } from '../terminal/sample-config.ts';
import type { Chance } from './chance.ts';
import type { CustomerPlan } from './customer-plan.ts';

/** A press of the finger without the revision it is made on. */
export type Press = { [Kind in IntentKind]: Omit<IntentOf<Kind>, 'revision'> }[IntentKind];

/** What a customer does next: press something, use his hands, or wait. */
export type Answer =
  | { readonly do: 'press'; readonly press: Press }
  | { readonly do: 'insertNote'; readonly denominationMinor: number; readonly kind: 'genuine' | 'unfit' | 'foreign' | 'counterfeit'; readonly pullsBack: boolean }
  /** Thrown in one after the other, faster than they are looked at. */
  | { readonly do: 'insertCoins'; readonly coins: readonly { readonly denominationMinor: number; readonly kind: 'genuine' | 'slug' }[] }
  | { readonly do: 'takeCash'; readonly noteCount: number | null }
  | { readonly do: 'takeReceipt' }
  | { readonly do: 'wait' };

/** What the customer remembers from screen to screen. */
export interface CustomerMemory {
  operationIndex: number;
  wrongCodesLeft: number;
  notesLeft: number;
  coinsLeft: number;
  hasTakenCash: boolean;
  readonly lastCode: () => string | null;
}

const press = (chosen: Press): Answer => ({ do: 'press', press: chosen });
const WAIT: Answer = { do: 'wait' };
const next = press({ kind: 'next' });
const tenge = (units: number): number => units * 100;

/** The sensible answer to a screen, with this customer's mistakes in what he types. */
export function answerTo(model: ScreenModel, plan: CustomerPlan, memory: CustomerMemory, chance: Chance): Answer {
  switch (model.screen) {
    case 'attract':
      return press({ kind: 'touch' });
    case 'out-of-service':
      return model.intents.includes('next') ? next : WAIT;
    case 'menu':
      return answerMenu(plan, memory);
    case 'terms':
      return chance.isOnce(50) ? press({ kind: 'turnPage', page: 1 }) : press({ kind: 'back' });
    case 'identify-phone':
      if (model.data.busy) return WAIT;
      return model.data.problem !== null ? afterProblem(chance, press({ kind: 'submitPhone', phone: plan.person.phone })) : plan.identifiesBy === 'iin' && plan.person.iin !== null && model.data.otherMethods.includes('iin') ? press({ kind: 'identifyWith', method: 'iin' }) : press({ kind: 'submitPhone', phone: plan.person.phone });
    case 'identify-iin':
      return model.data.busy ? WAIT : model.data.problem !== null ? afterProblem(chance, press({ kind: 'identifyWith', method: 'phone' })) : press({ kind: 'submitIin', iin: plan.person.iin ?? '850315300009' });
    case 'disambiguate':
      return model.data.busy ? WAIT : press({ kind: 'submitBirthDate', birthDate: chance.isOnce(85) ? (plan.person.birthDate ?? '01011990') : '02031991' });
    case 'otp':
      return answerCode(model.data, memory, chance);
    case 'account-choice':
      return press({ kind: 'chooseAccount', accountRef: chance.oneOf(model.data.accounts).accountRef });
    case 'cash-in-intro':
    case 'confirm':
      return next;
    case 'cash-in':
      return answerCashIn(model, memory, chance);
    case 'cash-in-leave':
      return press({ kind: chance.weighted([['back', 3], ['leaveWithoutCredit', 3], [model.data.canFinish ? 'leaveFinish' : 'back', 4]] as const) });
    case 'change-choice':
      return press({ kind: 'chooseChange', target: 'phoneTopUp' });
    case 'cash-out-amount':
      return answerAmount(model.data, plan, chance);
    case 'take-cash':
      return memory.hasTakenCash ? (chance.isOnce(70) ? next : WAIT) : { do: 'takeCash', noteCount: chance.isOnce(10) ? 1 : null };
    case 'take-receipt':
      return model.data.printing ? WAIT : { do: 'takeReceipt' };
    case 'provider-category':
      return answerCategory(plan, chance);
    case 'provider':
      return press({ kind: 'chooseProvider', providerId: plan.providerId });
    case 'provider-fields':
      return model.data.busy ? WAIT : model.data.problem !== null ? afterProblem(chance, press({ kind: 'back' })) : press({ kind: 'submitFields', fields: fieldsFor(plan.providerId, chance) });
    case 'result-success':
    case 'result-partial':
    case 'result-pending':
    case 'result-refused':
      return answerResult(model, plan, memory);
    case 'timeout-warning':
      return chance.isOnce(70) ? press({ kind: 'stillHere' }) : WAIT;
    case 'farewell':
      return chance.isOnce(50) && model.intents.includes('touch') ? press({ kind: 'touch' }) : WAIT;
    default:
      return WAIT;
  }
}

function answerMenu(plan: CustomerPlan, memory: CustomerMemory): Answer {
  const operation = plan.operations[memory.operationIndex];
  if (operation === undefined) return press({ kind: 'cancel' });
  memory.operationIndex += 1;
  memory.notesLeft = plan.noteCount;
  memory.coinsLeft = plan.coinCount ?? 0;
  memory.hasTakenCash = false;
  return press({ kind: 'chooseOperation', operation });
}

function afterProblem(chance: Chance, again: Answer): Answer {
  return chance.isOnce(50) ? again : press({ kind: 'cancel' });
}

function answerCode(data: ScreenData<'otp'>, memory: CustomerMemory, chance: Chance): Answer {
  if (data.state !== 'awaitingEntry') return WAIT;
  const code = memory.lastCode();
  if (code === null) return press(chance.isOnce(50) ? { kind: 'resendCode' } : { kind: 'cancel' });
  if (memory.wrongCodesLeft > 0) {
    memory.wrongCodesLeft -= 1;
    return press({ kind: 'submitCode', code: chance.digits(6) });
  }
  return press({ kind: 'submitCode', code });
}

function answerCashIn(model: ScreenModel & { screen: 'cash-in' }, memory: CustomerMemory, chance: Chance): Answer {
  const { data, intents } = model;
  const canPay = intents.includes('next');
  if (data.noteState === 'stopped') return canPay ? next : intents.includes('cancel') ? press({ kind: 'cancel' }) : WAIT;
  const wantsMore = memory.notesLeft > 0 || (data.wantedMinor !== null && data.insertedMinor < data.wantedMinor && data.insertedMinor > 0);
  if (memory.coinsLeft > 0 && chance.isOnce(50)) {
    const coins = handful(chance, Math.min(memory.coinsLeft, chance.weighted([[1, 6], [3, 3], [8, 1]])));
    memory.coinsLeft -= coins.length;
    return { do: 'insertCoins', coins };
  }
  if (data.noteState !== 'waiting') return chance.isOnce(5) ? note(chance) : WAIT;
  if (wantsMore) {
    memory.notesLeft -= 1;
    return note(chance);
  }
  return canPay ? next : press({ kind: 'cancel' });
}

/** What people throw into a slot for coins: tenge, what the table does not know, what is no coin. */
export function handful(chance: Chance, coinCount: number): Extract<Answer, { do: 'insertCoins' }>['coins'] {
  return Array.from({ length: coinCount }, () => ({
    denominationMinor: tenge(chance.weighted([[100, 6], [50, 3], [200, 3], [20, 2], [10, 2], [5, 1], [1, 1]])),
    kind: chance.weighted([['genuine', 24], ['slug', 1]] as const),
  }));
}

function note(chance: Chance): Answer {
  return {
    do: 'insertNote',
    denominationMinor: chance.oneOf(SAMPLE_DENOMINATIONS_MINOR),
    kind: chance.weighted([['genuine', 30], ['unfit', 2], ['foreign', 1], ['counterfeit', 1]]),
    pullsBack: chance.isOnce(2),
  };
}

function answerAmount(data: ScreenData<'cash-out-amount'>, plan: CustomerPlan, chance: Chance): Answer {
  // With the coins that notes do not make.
  if (plan.coinCount !== null && chance.isOnce(60)) return press({ kind: 'chooseAmount', amountMinor: tenge(chance.between(1, 20) * 1_000 + chance.between(1, 49) * 20) });
  const wish = data.impossible !== null && data.impossible.nearestMinor.length > 0 && chance.isOnce(70) ? chance.oneOf(data.impossible.nearestMinor) : chance.weighted([[chance.oneOf(data.quickMinor.length === 0 ? [data.minMinor] : data.quickMinor), 5], [tenge(chance.between(1, 60) * 1_000), 4], [tenge(chance.between(1, 9_999)), 1], [0, 1], [tenge(900_000), 1]]);
  return press({ kind: 'chooseAmount', amountMinor: wish });
}

function answerCategory(plan: CustomerPlan, chance: Chance): Answer {
  const provider = SAMPLE_PROVIDERS.get(plan.providerId)?.provider;
  if (chance.isOnce(15)) return press({ kind: 'searchProviders', query: (provider?.name.ru ?? '').slice(0, 3) });
  return press({ kind: 'chooseCategory', categoryId: provider?.categoryId ?? '' });
}

/** The example of each field, sometimes mistyped. */
function fieldsFor(providerId: string, chance: Chance): Record<string, string> {
  const fields = SAMPLE_PROVIDERS.get(providerId)?.provider.fields ?? [];
  return Object.fromEntries(fields.map((field) => [field.key, chance.isOnce(90) ? field.example.replaceAll(/[^0-9A-Za-z]/g, '') : chance.digits(4)]));
}

function answerResult(model: ScreenModel & { screen: 'result-success' | 'result-partial' | 'result-pending' | 'result-refused' }, plan: CustomerPlan, memory: CustomerMemory): Answer {
  const wanted = plan.wantsPaper ? 'paper' : 'electronic';
  if (model.data.selectedReceipt !== wanted && model.data.paper !== 'unavailable' && model.intents.includes('chooseReceipt')) return press({ kind: 'chooseReceipt', receipt: wanted });
  if (memory.operationIndex < plan.operations.length && model.intents.includes('anotherOperation')) return press({ kind: 'anotherOperation' });
  return next;
}
