import arrowLeft from '@phosphor-icons/core/assets/regular/arrow-left.svg?raw';
import arrowRight from '@phosphor-icons/core/assets/regular/arrow-right.svg?raw';
import backspace from '@phosphor-icons/core/assets/regular/backspace.svg?raw';
import bus from '@phosphor-icons/core/assets/regular/bus.svg?raw';
import check from '@phosphor-icons/core/assets/bold/check-bold.svg?raw';
import chatText from '@phosphor-icons/core/assets/regular/chat-text.svg?raw';
import circleHalf from '@phosphor-icons/core/assets/regular/circle-half.svg?raw';
import creditCard from '@phosphor-icons/core/assets/regular/credit-card.svg?raw';
import deviceMobile from '@phosphor-icons/core/assets/regular/device-mobile.svg?raw';
import drop from '@phosphor-icons/core/assets/regular/drop.svg?raw';
import globe from '@phosphor-icons/core/assets/regular/globe.svg?raw';
import graduationCap from '@phosphor-icons/core/assets/regular/graduation-cap.svg?raw';
import handDeposit from '@phosphor-icons/core/assets/regular/hand-deposit.svg?raw';
import handWithdraw from '@phosphor-icons/core/assets/regular/hand-withdraw.svg?raw';
import headphones from '@phosphor-icons/core/assets/regular/headphones.svg?raw';
import headset from '@phosphor-icons/core/assets/regular/headset.svg?raw';
import hourglass from '@phosphor-icons/core/assets/regular/hourglass-medium.svg?raw';
import house from '@phosphor-icons/core/assets/regular/house.svg?raw';
import info from '@phosphor-icons/core/assets/regular/info.svg?raw';
import magnifyingGlass from '@phosphor-icons/core/assets/regular/magnifying-glass.svg?raw';
import notebook from '@phosphor-icons/core/assets/regular/notebook.svg?raw';
import money from '@phosphor-icons/core/assets/regular/money.svg?raw';
import plus from '@phosphor-icons/core/assets/regular/plus.svg?raw';
import prohibit from '@phosphor-icons/core/assets/regular/prohibit.svg?raw';
import receipt from '@phosphor-icons/core/assets/regular/receipt.svg?raw';
import signOut from '@phosphor-icons/core/assets/regular/sign-out.svg?raw';
import storefront from '@phosphor-icons/core/assets/regular/storefront.svg?raw';
import television from '@phosphor-icons/core/assets/regular/television.svg?raw';
import textAa from '@phosphor-icons/core/assets/regular/text-aa.svg?raw';
import user from '@phosphor-icons/core/assets/regular/user.svg?raw';
import wallet from '@phosphor-icons/core/assets/regular/wallet.svg?raw';
import warning from '@phosphor-icons/core/assets/regular/warning.svg?raw';
import wheelchair from '@phosphor-icons/core/assets/regular/wheelchair.svg?raw';
import wifiHigh from '@phosphor-icons/core/assets/regular/wifi-high.svg?raw';
import wifiSlash from '@phosphor-icons/core/assets/regular/wifi-slash.svg?raw';
import wrench from '@phosphor-icons/core/assets/regular/wrench.svg?raw';
import x from '@phosphor-icons/core/assets/bold/x-bold.svg?raw';

const ICONS = {
  arrowLeft, arrowRight, backspace, bus, check, chatText, circleHalf, creditCard, deviceMobile, drop, globe, graduationCap, handDeposit, handWithdraw, headphones, headset, hourglass, house, info, magnifyingGlass, money, notebook, plus, prohibit,
  receipt, signOut, storefront, television, textAa, user, wallet, warning, wheelchair, wifiHigh, wifiSlash, wrench, x,
} as const;
export type IconName = keyof typeof ICONS;

/** A Phosphor icon; it always has words beside or under it, so it is hidden from the accessibility tree. */
export function Icon({ name }: { readonly name: IconName }) {
  return <span className="icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[name] }} />;
}
