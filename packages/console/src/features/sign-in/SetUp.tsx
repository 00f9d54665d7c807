import { useEffect, useState } from 'preact/hooks';
import { useDesk } from '../../store/context.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Door, Refusal } from './Door.tsx';
import { useForm } from './use-form.ts';

interface Invited {
  /** Null: the first administrator, who brings an address. */
  email: string | null;
  name: string | null;
}

const PASSWORD_MIN = 12;

/** Where a one-time link leads: choose a name and a password. */
export function SetUp({ token }: { token: string }) {
  const { account } = useDesk();
  const [found, setFound] = useState<Invited | string | null>(null);
  useEffect(() => {
    void account.checkLink(token).then(setFound);
  }, [account, token]);

  if (found === null)
    return <Door title="One moment…" text="Looking at your link." children={null} />;
  if (typeof found === 'string')
    return (
      <Door title="This link does not work" text={found}>
        <Button kind="primary" onClick={() => account.leaveSetUp()}>
          Go to sign-in
        </Button>
      </Door>
    );
  return <SetUpForm token={token} invited={found} />;
}

function SetUpForm({ token, invited }: { token: string; invited: Invited }) {
  const { account } = useDesk();
  const isFirst = invited.email === null;
  const empty = isFirst ? 'email' : invited.name ? 'password' : 'name';
  const [email, setEmail] = useState(invited.email ?? '');
  const [name, setName] = useState(invited.name ?? '');
  const [password, setPassword] = useState('');
  const form = useForm(() =>
    account.setUp({
      token,
      name: name.trim(),
      password,
      ...(isFirst ? { email: email.trim() } : {}),
    }),
  );
  const title = isFirst ? 'Set up your relay' : 'Welcome to the team';
  const text = isFirst
    ? 'You are its first administrator.'
    : 'Choose a password, and the name visitors see beside your answers.';
  return (
    <Door title={title} text={text}>
      <form class="door-form" noValidate onSubmit={form.onSubmit}>
        <Field
          label="E-mail address"
          type="email"
          name="email"
          isInvalid={form.invalid === 'email'}
          value={email}
          onValue={setEmail}
          autocomplete="username"
          isReadOnly={!isFirst}
          isFirst={empty === 'email'}
        />
        <Field
          label="Your name"
          type="text"
          name="name"
          isInvalid={form.invalid === 'name'}
          value={name}
          onValue={setName}
          autocomplete="name"
          isFirst={empty === 'name'}
        />
        <Field
          label="Password"
          type="password"
          name="password"
          isInvalid={form.invalid === 'password'}
          value={password}
          onValue={setPassword}
          autocomplete="new-password"
          isFirst={empty === 'password'}
          minLength={PASSWORD_MIN}
          hint={`At least ${PASSWORD_MIN} characters. A few words make a good one.`}
        />
        <Refusal text={form.refusal} />
        <Button kind="primary" type="submit" disabled={form.isBusy}>
          {form.isBusy ? 'Setting up…' : 'Start'}
        </Button>
      </form>
      <p class="door-foot">
        Is there an account already?{' '}
        <button type="button" class="link" onClick={() => account.leaveSetUp()}>
          Sign in instead
        </button>
      </p>
    </Door>
  );
}
