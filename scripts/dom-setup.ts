import { configure } from '@testing-library/preact';

configure({ asyncUtilTimeout: 4000 });
