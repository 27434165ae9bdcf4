import bank from '@phosphor-icons/core/assets/regular/bank.svg?raw';
import checkCircle from '@phosphor-icons/core/assets/fill/check-circle-fill.svg?raw';
import creditCard from '@phosphor-icons/core/assets/regular/credit-card.svg?raw';
import handDeposit from '@phosphor-icons/core/assets/regular/hand-deposit.svg?raw';
import handTap from '@phosphor-icons/core/assets/regular/hand-tap.svg?raw';
import handWithdraw from '@phosphor-icons/core/assets/regular/hand-withdraw.svg?raw';
import hourglass from '@phosphor-icons/core/assets/fill/hourglass-fill.svg?raw';
import keyboard from '@phosphor-icons/core/assets/regular/keyboard.svg?raw';
import lightning from '@phosphor-icons/core/assets/fill/lightning-fill.svg?raw';
import qrCode from '@phosphor-icons/core/assets/regular/qr-code.svg?raw';
import receipt from '@phosphor-icons/core/assets/regular/receipt.svg?raw';
import scales from '@phosphor-icons/core/assets/regular/scales.svg?raw';
import warning from '@phosphor-icons/core/assets/fill/warning-fill.svg?raw';
import xCircle from '@phosphor-icons/core/assets/fill/x-circle-fill.svg?raw';

const ICONS = { bank, checkCircle, creditCard, handDeposit, handTap, handWithdraw, hourglass, keyboard, lightning, qrCode, receipt, scales, warning, xCircle } as const;
export type IconName = keyof typeof ICONS;

/** Always beside a word: hidden from readers. The markup is a file of the icon package, built in. */
export function Icon({ name }: { readonly name: IconName }) {
  return <span className="icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[name] }} />;
}
