import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import { delay } from '../../../main/foundation/clock.ts';
import type { Chance } from '../chance.ts';
import type { Answer, CustomerMemory } from '../customer-answers.ts';
import { answerTo } from '../customer-answers.ts';
import type { CustomerPlan } from '../customer-plan.ts';
import { offers } from '../scenario/screen-watch.ts';
import type { RealPlace } from './real-place.ts';
import type { RealTrouble } from './real-troubles.ts';

/** Afterwards he has gone, whatever is shown. */
const VISIT_MS = 70_000;
const STEPS_MAX = 150;
const LOOK_MS = 40;
const TOUCH_MS = 1_500;
const MONEY_SCREENS: readonly ScreenModel['screen'][] = ['cash-in-intro', 'confirm', 'cash-in', 'cash-in-leave', 'change-choice', 'cash-out-amount', 'processing', 'take-cash'];

/** One customer before a window of a real terminal, who types, pays in and takes as those of the simulated worlds do, while things go wrong at his money. */
export async function serveRealCustomer(place: RealPlace, { clock, chance, plan, troubles, payingDevice }: { readonly clock: Clock; readonly chance: Chance; readonly plan: CustomerPlan; readonly troubles: readonly RealTrouble[]; readonly payingDevice: string }): Promise<void> {
  const { watch } = place.watched;
  const seen = { code: null as string | null, moneyStep: -1, key: '' };
  const memory: CustomerMemory = { operationIndex: 0, wrongCodesLeft: plan.wrongCodes, notesLeft: plan.noteCount, coinsLeft: plan.coinCount ?? 0, hasTakenCash: false, lastCode: () => seen.code };
  const striking: Promise<void>[] = [];
  const see = (model: ScreenModel): void => {
    const key = `${model.screen} ${'noteState' in model.data ? model.data.noteState : ''}`;
    if (key === seen.key) return;
    seen.key = key;
    if (!MONEY_SCREENS.includes(model.screen)) return;
    seen.moneyStep += 1;
    for (const trouble of troubles.filter(({ moneyStep }) => moneyStep === seen.moneyStep)) striking.push(delay(clock, trouble.afterMs).then(() => trouble.strike(place)));
  };
  const endMs = clock.monotonicMs() + VISIT_MS;
  let hasBegun = false;
  let hasGone = false;
  for (let step = 0; step < STEPS_MAX && clock.monotonicMs() < endMs; ) {
    await place.settled;
    const { model } = watch;
    if (model === null) {
      await delay(clock, LOOK_MS);
      continue;
    }
    see(model);
    const isFree = model.screen === 'attract' || (model.screen === 'out-of-service' && !offers(model, 'next'));
    if (hasBegun && isFree) break;
    hasBegun ||= !isFree;
    hasGone ||= model.screen === plan.leavesOn || (hasBegun && chance.isOnce(plan.walkAwayPercent));
    if (hasGone) {
      await delay(clock, LOOK_MS);
      continue;
    }
    if (model.screen === 'otp') seen.code = await place.code();
    await delay(clock, chance.between(20, 200));
    step += 1;
    if (watch.model === model) await act(place, { clock, model, answer: answerTo(model, plan, memory, chance), memory, payingDevice });
  }
  await Promise.all(striking);
  await place.settled;
}

async function act(place: RealPlace, { clock, model, answer, memory, payingDevice }: { readonly clock: Clock; readonly model: ScreenModel; readonly answer: Answer; readonly memory: CustomerMemory; readonly payingDevice: string }): Promise<void> {
  switch (answer.do) {
    case 'press': {
      const { press } = answer;
      const touched = place.watched.watch.touch((shown) => shown.screen === model.screen && offers(shown, press.kind), ({ revision }) => ({ ...press, revision }), press.kind, TOUCH_MS);
      return touched.catch(() => {});
    }
    case 'insertNote':
      await place.tried('acceptor', { do: 'insertNote', denominationMinor: answer.denominationMinor, kind: answer.kind });
      if (answer.pullsBack) await place.tried('acceptor', { do: 'pullBack' });
      return;
    case 'insertCoins':
      for (const { denominationMinor, kind } of answer.coins) await place.tried('coin-acceptor', { do: 'insertCoin', denominationMinor, kind });
      return;
    case 'takeCash':
      await place.tried(payingDevice, { do: 'takeNotes', ...(answer.noteCount === null ? {} : { noteCount: answer.noteCount }) });
      await place.tried('coin-dispenser', { do: 'takeCoins' });
      memory.hasTakenCash = true;
      return;
    case 'takeReceipt':
      await place.tried('printer', { do: 'takeReceipt' });
      return;
    case 'wait':
      await delay(clock, LOOK_MS);
  }
}
