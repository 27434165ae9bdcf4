import type { ScreenId } from '../../main/contracts/screen-model.ts';
import { SAMPLE, type DeskWorld } from './virtual-desk.ts';

/** Brings the customer to a screen before any money, the way he comes there. */
export function waysToScreens(world: () => DeskWorld): Readonly<Partial<Record<ScreenId, () => Promise<void>>>> {
  const ways: Partial<Record<ScreenId, () => Promise<void>>> = {
    menu: async () => {
      await world().press('touch');
      await world().until('menu');
    },
    'identify-phone': async () => {
      await world().chooseOperation('op-01');
      await world().until('identify-phone');
    },
    'identify-iin': async () => {
      await world().chooseOperation('op-01');
      await world().until('identify-phone');
      await world().press('identifyWith', { method: 'iin' });
      await world().until('identify-iin');
    },
    terms: async () => {
      await world().chooseOperation('op-01');
      await world().until('identify-phone');
      await world().press('openTerms');
      await world().until('terms');
    },
    disambiguate: async () => {
      await world().chooseOperation('op-01');
      await world().identify(SAMPLE.sharedPhone);
      await world().until('disambiguate');
    },
    otp: async () => {
      await world().chooseOperation('op-01');
      await world().identify();
      await world().when(() => world().model.screen === 'otp' && world().data('otp').state === 'awaitingEntry', 'the code is awaited');
    },
    'account-choice': async () => {
      await world().chooseOperation('op-10');
      await world().identify(SAMPLE.phone);
      await world().enterCode(SAMPLE.phone);
      await world().until('account-choice');
    },
    'cash-in-intro': () => world().toIntro(),
    'cash-in': () => world().toCashIn(),
    'provider-category': async () => {
      await world().chooseOperation('op-05');
      await world().identify(SAMPLE.strangerPhone);
      await world().enterCode(SAMPLE.strangerPhone);
      await world().until('provider-category');
    },
    provider: async () => {
      await ways['provider-category']!();
      await world().press('chooseCategory', { categoryId: 'mobile' });
      await world().until('provider');
    },
    'provider-fields': () => world().toFields('p-meal'),
    'cash-out-amount': () => world().toAmount(),
    confirm: () => world().toWithdrawalConfirm(1_000_000),
  };
  return ways;
}
