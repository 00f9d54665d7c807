import { configure } from '@testing-library/preact';
import { afterAll } from 'vitest';

configure({ asyncUtilTimeout: 4000 });

/** Preact draws up to 100 ms behind a change; what the last test began would find no window any more. */
afterAll(() => new Promise((done) => setTimeout(done, 150)));
