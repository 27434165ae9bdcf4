import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { useText } from '../../text/use-text.ts';
import { ServiceForm } from './service-form.tsx';
import { ServiceTroubles } from './service-troubles.tsx';

export function ServiceLogin({ data }: { readonly data: ScreenData<'service-login'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <ServiceForm
      heading={text('service.loginHeading')}
      fields={[{ key: 'login', label: text('service.loginField'), isSecret: false }, { key: 'password', label: text('service.passwordField'), isSecret: true }]}
      problems={data.problem === null ? [] : [text(`service.problem.${data.problem}`)]}
      submit={text('service.login')}
      busy={data.busy}
      notice={<ServiceTroubles troubles={data.troubles} />}
      isOff={!data.canLogIn}
      onSubmit={(values) => send({ kind: 'serviceLogin', login: values['login'] ?? '', password: values['password'] ?? '' })}
    />
  );
}
