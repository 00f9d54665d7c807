import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { refusal, type TestDesk, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { SetUp } from './SetUp.tsx';
import { SignIn } from './SignIn.tsx';

afterEach(cleanup);

const show = (test: TestDesk, screenful: preact.VNode) =>
  render(<DeskProvider value={test.desk}>{screenful}</DeskProvider>);
const fill = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const fillBoth = () => {
  fill('E-mail address', 'ada@x.example');
  fill('Password', 'correct horse');
};
const submit = () => fireEvent.submit(document.querySelector('form') as HTMLFormElement);

it('signs in', async () => {
  const test = testDesk();
  show(test, <SignIn notice={null} />);
  fill('E-mail address', ' ada@x.example ');
  fill('Password', 'correct horse');
  submit();
  await test.settle();
  expect(test.api.signIn).toHaveBeenCalledWith('ada@x.example', 'correct horse');
  expect(test.desk.store.getState().session.phase).toBe('signed-in');
});

it('says why not, and lets one try again', async () => {
  const test = testDesk({ api: { signIn: async () => refusal('bad_credentials') } });
  show(test, <SignIn notice="You are signed out." />);
  expect(screen.getByText('You are signed out.')).toBeTruthy();
  fillBoth();
  submit();
  await test.settle();
  expect(screen.getByText(/do not match/)).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(false);
});

it('tells a wrong password from a relay that does not answer', async () => {
  const test = testDesk({ api: { signIn: async () => undefined } });
  show(test, <SignIn notice={null} />);
  fillBoth();
  submit();
  await test.settle();
  expect(screen.getByText(/does not answer/)).toBeTruthy();
});

it('sends one request however often one presses', async () => {
  const signIn = vi.fn(() => new Promise<undefined>(() => {}));
  const test = testDesk({ api: { signIn } });
  show(test, <SignIn notice={null} />);
  fillBoth();
  submit();
  await test.settle();
  submit();
  expect(signIn).toHaveBeenCalledTimes(1);
});

it('says which field is at fault, and leads there, before it asks the relay', async () => {
  const test = testDesk();
  show(test, <SignIn notice={null} />);
  submit();
  await test.settle();
  const email = screen.getByLabelText('E-mail address');
  expect(screen.getByRole('status').textContent).toBe('E-mail address is missing.');
  expect(email.getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(email);
  fill('E-mail address', 'ada');
  submit();
  await test.settle();
  expect(screen.getByRole('status').textContent).toBe('That is not an e-mail address.');
  fill('E-mail address', 'ada@x.example');
  submit();
  await test.settle();
  expect(screen.getByRole('status').textContent).toBe('Password is missing.');
  expect(document.activeElement).toBe(screen.getByLabelText('Password'));
  expect(test.api.signIn).not.toHaveBeenCalled();
});

it('asks an invited colleague for a password and shows whom the link is for', async () => {
  const checkSetUp = async () => ({
    ok: true as const,
    data: { email: 'm@x.example', name: 'Mara' },
  });
  const test = testDesk({ api: { checkSetUp } });
  show(test, <SetUp token="t" />);
  await test.settle();
  expect(screen.getByLabelText<HTMLInputElement>('E-mail address').readOnly).toBe(true);
  expect(document.activeElement).toBe(screen.getByLabelText('Password'));
  fill('Password', 'a long enough one');
  submit();
  await test.settle();
  expect(test.api.setUp).toHaveBeenCalledWith({
    token: 't',
    name: 'Mara',
    password: 'a long enough one',
  });
});

it('asks the first administrator for an address, too', async () => {
  const test = testDesk();
  show(test, <SetUp token="t" />);
  await test.settle();
  expect(document.activeElement).toBe(screen.getByLabelText('E-mail address'));
  fill('E-mail address', 'first@x.example');
  fill('Your name', 'First');
  fill('Password', 'a long enough one');
  submit();
  await test.settle();
  expect(test.api.setUp).toHaveBeenCalledWith(
    expect.objectContaining({ email: 'first@x.example' }),
  );
});

it('leads to the sign-in whoever has an account already', async () => {
  const test = testDesk();
  show(test, <SetUp token="t" />);
  await test.settle();
  fireEvent.click(screen.getByRole('button', { name: 'Sign in instead' }));
  await test.settle();
  expect(test.api.session).toHaveBeenCalled();
});

it('says when a link was used before', async () => {
  const test = testDesk({ api: { checkSetUp: async () => refusal('link_used') } });
  show(test, <SetUp token="t" />);
  await test.settle();
  expect(screen.getByText(/used already or has expired/)).toBeTruthy();
});
