import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { useText } from '../../text/use-text.ts';
import { ServiceForm } from './service-form.tsx';

const FIELDS = ['current', 'next', 'repeat'] as const;

/** Forced at the first login and when due; each broken rule is said (BA-3.5.1). */
export function ServicePassword({ data }: { readonly data: ScreenData<'service-password'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <ServiceForm
      heading={text(`service.pw.${data.why}`)}
      fields={FIELDS.map((key) => ({ key, label: text(`service.pw.${key}`), isSecret: true }))}
      problems={data.problems.map((problem) => text(`service.pw.${problem}`))}
      submit={text('service.pw.save')}
      busy={false}
      onSubmit={(values) => send({ kind: 'servicePassword', current: values['current'] ?? '', next: values['next'] ?? '', repeat: values['repeat'] ?? '' })}
    />
  );
}
