import type { Screen } from '../../main/contracts/screen-model.ts';
import { Attract } from './attract/attract.tsx';
import { Farewell } from './farewell/farewell.tsx';
import { lateScreen } from './late-screen.tsx';
import { Menu } from './menu/menu.tsx';
import { Maintenance, OutOfService } from './out-of-service/out-of-service.tsx';
import { Processing } from './processing/processing.tsx';
import { TimeoutWarning } from './timeout-warning/timeout-warning.tsx';

// What the first paint does not show comes behind it.
const session = () => import('./session-screens.ts');
const SESSION = {
  AccountChoice: lateScreen(async () => (await session()).AccountChoice),
  CashIn: lateScreen(async () => (await session()).CashIn),
  CashInIntro: lateScreen(async () => (await session()).CashInIntro),
  CashInLeave: lateScreen(async () => (await session()).CashInLeave),
  CashOutAmount: lateScreen(async () => (await session()).CashOutAmount),
  ChangeChoice: lateScreen(async () => (await session()).ChangeChoice),
  Confirm: lateScreen(async () => (await session()).Confirm),
  Disambiguate: lateScreen(async () => (await session()).Disambiguate),
  IdentifyIin: lateScreen(async () => (await session()).IdentifyIin),
  IdentifyPhone: lateScreen(async () => (await session()).IdentifyPhone),
  Otp: lateScreen(async () => (await session()).Otp),
  ResultPartial: lateScreen(async () => (await session()).ResultPartial),
  ResultPending: lateScreen(async () => (await session()).ResultPending),
  ResultRefused: lateScreen(async () => (await session()).ResultRefused),
  ResultSuccess: lateScreen(async () => (await session()).ResultSuccess),
  TakeCash: lateScreen(async () => (await session()).TakeCash),
  TakeReceipt: lateScreen(async () => (await session()).TakeReceipt),
  Terms: lateScreen(async () => (await session()).Terms),
};
const PROVIDER = {
  Provider: lateScreen(async () => (await import('./provider/provider.tsx')).Provider),
  ProviderCategory: lateScreen(async () => (await import('./provider/provider-category.tsx')).ProviderCategory),
  ProviderFields: lateScreen(async () => (await import('./provider/provider-fields.tsx')).ProviderFields),
};
const SERVICE = {
  ServiceLogin: lateScreen(async () => (await import('./service/service-login.tsx')).ServiceLogin),
  ServicePassword: lateScreen(async () => (await import('./service/service-password.tsx')).ServicePassword),
  ServiceStatus: lateScreen(async () => (await import('./service/service-status.tsx')).ServiceStatus),
  ServiceCash: lateScreen(async () => (await import('./service/service-cash.tsx')).ServiceCash),
  ServiceQueue: lateScreen(async () => (await import('./service/service-queue.tsx')).ServiceQueue),
  ServiceSuspense: lateScreen(async () => (await import('./service/service-suspense.tsx')).ServiceSuspense),
  ServiceDay: lateScreen(async () => (await import('./service/service-day.tsx')).ServiceDay),
  ServiceJournal: lateScreen(async () => (await import('./service/service-journal.tsx')).ServiceJournal),
};

/** Brings the code of all customer screens: to be called once something is painted, long before a finger gets so far. A technician waits for theirs. */
export async function loadCustomerScreens(): Promise<void> {
  await Promise.all([...Object.values(SESSION), ...Object.values(PROVIDER)].map((screen) => screen.load()));
}

/** One component per screen id; a dialog shows the screen beneath it. */
export function ScreenView({ screen, beneath }: { readonly screen: Screen; readonly beneath: Screen | null }) {
  const under = beneath === null ? null : <ScreenView screen={beneath} beneath={null} />;
  switch (screen.screen) {
    case 'attract': return <Attract data={screen.data} />;
    case 'menu': return <Menu data={screen.data} />;
    case 'terms': return <SESSION.Terms.View data={screen.data} />;
    case 'identify-phone': return <SESSION.IdentifyPhone.View data={screen.data} />;
    case 'identify-iin': return <SESSION.IdentifyIin.View data={screen.data} />;
    case 'disambiguate': return <SESSION.Disambiguate.View data={screen.data} />;
    case 'otp': return <SESSION.Otp.View data={screen.data} />;
    case 'account-choice': return <SESSION.AccountChoice.View data={screen.data} />;
    case 'cash-in-intro': return <SESSION.CashInIntro.View data={screen.data} />;
    case 'cash-in': return <SESSION.CashIn.View data={screen.data} />;
    case 'cash-in-leave': return <SESSION.CashInLeave.View data={screen.data} under={under} />;
    case 'change-choice': return <SESSION.ChangeChoice.View data={screen.data} />;
    case 'cash-out-amount': return <SESSION.CashOutAmount.View data={screen.data} />;
    case 'confirm': return <SESSION.Confirm.View data={screen.data} />;
    case 'processing': return <Processing data={screen.data} />;
    case 'take-cash': return <SESSION.TakeCash.View data={screen.data} />;
    case 'take-receipt': return <SESSION.TakeReceipt.View data={screen.data} />;
    case 'provider-category': return <PROVIDER.ProviderCategory.View data={screen.data} />;
    case 'provider': return <PROVIDER.Provider.View data={screen.data} />;
    case 'provider-fields': return <PROVIDER.ProviderFields.View data={screen.data} />;
    case 'result-success': return <SESSION.ResultSuccess.View data={screen.data} />;
    case 'result-partial': return <SESSION.ResultPartial.View data={screen.data} />;
    case 'result-pending': return <SESSION.ResultPending.View data={screen.data} />;
    case 'result-refused': return <SESSION.ResultRefused.View data={screen.data} />;
    case 'farewell': return <Farewell data={screen.data} />;
    case 'timeout-warning': return <TimeoutWarning data={screen.data} under={under} />;
    case 'out-of-service': return <OutOfService data={screen.data} />;
    case 'maintenance': return <Maintenance />;
    case 'service-login': return <SERVICE.ServiceLogin.View data={screen.data} />;
    case 'service-password': return <SERVICE.ServicePassword.View data={screen.data} />;
    case 'service-status': return <SERVICE.ServiceStatus.View data={screen.data} />;
    case 'service-cash': return <SERVICE.ServiceCash.View data={screen.data} />;
    case 'service-queue': return <SERVICE.ServiceQueue.View data={screen.data} />;
    case 'service-suspense': return <SERVICE.ServiceSuspense.View data={screen.data} />;
    case 'service-day': return <SERVICE.ServiceDay.View data={screen.data} />;
    case 'service-journal': return <SERVICE.ServiceJournal.View data={screen.data} />;
  }
}
