import { useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Door, Refusal } from './Door.tsx';
import { useForm } from './use-form.ts';

export function SignIn({ notice }: { notice: string | null }) {
  const { account } = useDesk();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm(() => account.signIn(email.trim(), password));
  return (
    <Door title="Sign in" text="Answer the people on your site.">
      {notice && (
        <p class="door-notice" role="status">
          {notice}
        </p>
      )}
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        <Field
          label="E-mail address"
          type="email"
          name="email"
          isInvalid={form.invalid === 'email'}
          value={email}
          onValue={setEmail}
          autocomplete="username"
          isFirst
        />
        <Field
          label="Password"
          type="password"
          name="password"
          isInvalid={form.invalid === 'password'}
          value={password}
          onValue={setPassword}
          autocomplete="current-password"
        />
        <Refusal text={form.refusal} />
        <Button kind="primary" type="submit" disabled={form.isBusy}>
          {form.isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <p class="door-foot">
        No account, or a forgotten password? Ask your administrator for a set-up link.
      </p>
    </Door>
  );
}
