import type { ScreenModel } from '../../../../main/contracts/screen-model.ts';
import type { Touch } from './touch.ts';

/** Where the one saffron lever is. `strip`: beside the screen, doing `touch`. `screen`: only a hand on the screen itself can do it. */
export type LeverPlace = 'strip' | 'feeder' | 'mouth' | 'phone' | 'receipt' | 'screen' | 'none';

export interface NextStep {
  readonly lever: LeverPlace;
  /** One sentence for a newcomer. */
  readonly say: string;
  /** What the button of the strip says and does. */
  readonly label?: string;
  readonly touch?: Touch;
}

/** Enough for a newcomer to have seen how the figure grows. */
const NOTES_TO_TRY = 2;

/** The next thing that a newcomer should try, derived from what the customer's screen shows now. */
export function nextStep(model: ScreenModel | null, hardware: { readonly isReceiptWaiting: boolean; readonly noteUnderWay: boolean; readonly inReachCount: number }): NextStep {
  if (model === null) return { lever: 'none', say: 'The terminal’s core is not running; the hardware can be tried all the same.' };
  switch (model.screen) {
    case 'attract':
      return { lever: 'strip', say: 'The terminal waits for a customer.', label: 'Touch the screen', touch: { kind: 'touch' } };
    case 'menu': {
      const operation = model.data.operations.find((tile) => tile.available)?.operation;
      return operation === undefined ? onScreen('Nothing can be chosen now.') : { lever: 'strip', say: 'Choose on the screen, or take the first one.', label: 'Choose the first', touch: { kind: 'chooseOperation', operation } };
    }
    case 'identify-phone':
      return { lever: 'phone', say: 'The terminal asks for a telephone number: the phone knows its own.' };
    case 'otp':
      return model.data.state === 'awaitingEntry' ? { lever: 'phone', say: 'The code has come to the phone.' } : { lever: 'none', say: 'The bank is busy with the code.' };
    case 'account-choice': {
      const accountRef = model.data.accounts[0]?.accountRef;
      return accountRef === undefined ? onScreen('There is no account.') : { lever: 'strip', say: 'Choose an account on the screen, or take the first.', label: 'Take the first', touch: { kind: 'chooseAccount', accountRef } };
    }
    case 'cash-in':
      if (hardware.noteUnderWay || model.data.noteState !== 'waiting') return { lever: 'none', say: 'A note is on its way.' };
      if (model.data.canFinish && model.data.noteCount >= NOTES_TO_TRY) return { lever: 'strip', say: 'Insert more, or finish.', label: 'Finish', touch: { kind: 'next' } };
      return { lever: 'feeder', say: model.data.noteCount > 0 ? 'Insert another note.' : 'Choose a note and insert it.' };
    case 'cash-out-amount': {
      const amountMinor = model.data.quickMinor[0];
      return amountMinor === undefined ? onScreen('Type an amount on the screen.') : { lever: 'strip', say: 'Choose an amount on the screen, or take the smallest.', label: 'Take the smallest', touch: { kind: 'chooseAmount', amountMinor } };
    }
    case 'take-cash':
      if (hardware.inReachCount > 0) return { lever: 'mouth', say: 'The notes are in the mouth.' };
      // A dispenser without a sensor in the mouth cannot see it: the screen ends by the customer's word or by time.
      if (model.intents.includes('next')) return { lever: 'strip', say: 'The notes are taken; this dispenser cannot see that.', label: 'Go on', touch: { kind: 'next' } };
      return { lever: 'none', say: 'The notes are taken; this dispenser cannot see that, the screen ends by time.' };
    case 'provider-category': {
      const categoryId = model.data.categories[0]?.categoryId;
      return categoryId === undefined ? onScreen('There is no category.') : { lever: 'strip', say: 'Choose a category on the screen, or take the first.', label: 'Take the first', touch: { kind: 'chooseCategory', categoryId } };
    }
    case 'provider': {
      const providerId = model.data.providers[0]?.providerId;
      return providerId === undefined ? onScreen('Search on the screen.') : { lever: 'strip', say: 'Choose a provider on the screen, or take the first.', label: 'Take the first', touch: { kind: 'chooseProvider', providerId } };
    }
    case 'take-receipt':
      return hardware.isReceiptWaiting ? { lever: 'receipt', say: 'The receipt hangs in the slot.' } : { lever: 'none', say: model.data.printing ? 'The receipt is being printed.' : 'The receipt is taken.' };
    case 'processing':
      return { lever: 'none', say: 'The terminal works.' };
    case 'timeout-warning':
      return { lever: 'strip', say: 'The terminal asks whether you are still there.', label: 'Still here', touch: { kind: 'stillHere' } };
    case 'identify-iin':
    case 'disambiguate':
    case 'provider-fields':
      return onScreen('Type it on the screen; samples stand in the simulated bank’s page.');
    default:
      if (model.intents.includes('next')) return { lever: 'strip', say: 'Read the screen, then go on.', label: 'Go on', touch: { kind: 'next' } };
      return onScreen('Go on at the screen.');
  }
}

function onScreen(say: string): NextStep {
  return { lever: 'screen', say };
}
