import { lazy } from 'react';
import type { Screen } from '../../main/contracts/screen-model.ts';
import { AccountChoice } from './account-choice/account-choice.tsx';
import { Attract } from './attract/attract.tsx';
import { CashIn } from './cash-in/cash-in.tsx';
import { CashInIntro } from './cash-in-intro/cash-in-intro.tsx';
import { CashInLeave } from './cash-in-leave/cash-in-leave.tsx';
import { CashOutAmount } from './cash-out-amount/cash-out-amount.tsx';
import { ChangeChoice } from './change-choice/change-choice.tsx';
import { Confirm } from './confirm/confirm.tsx';
import { Disambiguate } from './disambiguate/disambiguate.tsx';
import { Farewell } from './farewell/farewell.tsx';
import { IdentifyIin } from './identify/identify-iin.tsx';
import { IdentifyPhone } from './identify/identify-phone.tsx';
import { Menu } from './menu/menu.tsx';
import { Otp } from './otp/otp.tsx';
import { Maintenance, OutOfService } from './out-of-service/out-of-service.tsx';
import { Processing } from './processing/processing.tsx';
import { ResultPartial, ResultPending, ResultRefused, ResultSuccess } from './result/result.tsx';
import { TakeCash } from './take-cash/take-cash.tsx';
import { TakeReceipt } from './take-receipt/take-receipt.tsx';
import { Terms } from './terms/terms.tsx';
import { TimeoutWarning } from './timeout-warning/timeout-warning.tsx';

// Loaded when they are needed: they bring the keyboard, and the first paint does not wait for them.
const Provider = lazy(() => import('./provider/provider.tsx').then((module) => ({ default: module.Provider })));
const ProviderCategory = lazy(() => import('./provider/provider-category.tsx').then((module) => ({ default: module.ProviderCategory })));
const ProviderFields = lazy(() => import('./provider/provider-fields.tsx').then((module) => ({ default: module.ProviderFields })));
const ServiceLogin = lazy(() => import('./service/service-login.tsx').then((module) => ({ default: module.ServiceLogin })));
const ServicePassword = lazy(() => import('./service/service-password.tsx').then((module) => ({ default: module.ServicePassword })));
const ServiceStatus = lazy(() => import('./service/service-status.tsx').then((module) => ({ default: module.ServiceStatus })));
const ServiceCash = lazy(() => import('./service/service-cash.tsx').then((module) => ({ default: module.ServiceCash })));
const ServiceQueue = lazy(() => import('./service/service-queue.tsx').then((module) => ({ default: module.ServiceQueue })));

/** One component per screen id; a dialog shows the screen beneath it. */
export function ScreenView({ screen, beneath }: { readonly screen: Screen; readonly beneath: Screen | null }) {
  const under = beneath === null ? null : <ScreenView screen={beneath} beneath={null} />;
  switch (screen.screen) {
    case 'attract': return <Attract data={screen.data} />;
    case 'menu': return <Menu data={screen.data} />;
    case 'terms': return <Terms data={screen.data} />;
    case 'identify-phone': return <IdentifyPhone data={screen.data} />;
    case 'identify-iin': return <IdentifyIin data={screen.data} />;
    case 'disambiguate': return <Disambiguate data={screen.data} />;
    case 'otp': return <Otp data={screen.data} />;
    case 'account-choice': return <AccountChoice data={screen.data} />;
    case 'cash-in-intro': return <CashInIntro data={screen.data} />;
    case 'cash-in': return <CashIn data={screen.data} />;
    case 'cash-in-leave': return <CashInLeave data={screen.data} under={under} />;
    case 'change-choice': return <ChangeChoice data={screen.data} />;
    case 'cash-out-amount': return <CashOutAmount data={screen.data} />;
    case 'confirm': return <Confirm data={screen.data} />;
    case 'processing': return <Processing data={screen.data} />;
    case 'take-cash': return <TakeCash data={screen.data} />;
    case 'take-receipt': return <TakeReceipt data={screen.data} />;
    case 'provider-category': return <ProviderCategory data={screen.data} />;
    case 'provider': return <Provider data={screen.data} />;
    case 'provider-fields': return <ProviderFields data={screen.data} />;
    case 'result-success': return <ResultSuccess data={screen.data} />;
    case 'result-partial': return <ResultPartial data={screen.data} />;
    case 'result-pending': return <ResultPending data={screen.data} />;
    case 'result-refused': return <ResultRefused data={screen.data} />;
    case 'farewell': return <Farewell data={screen.data} />;
    case 'timeout-warning': return <TimeoutWarning data={screen.data} under={under} />;
    case 'out-of-service': return <OutOfService data={screen.data} />;
    case 'maintenance': return <Maintenance />;
    case 'service-login': return <ServiceLogin data={screen.data} />;
    case 'service-password': return <ServicePassword data={screen.data} />;
    case 'service-status': return <ServiceStatus data={screen.data} />;
    case 'service-cash': return <ServiceCash data={screen.data} />;
    case 'service-queue': return <ServiceQueue data={screen.data} />;
  }
}
