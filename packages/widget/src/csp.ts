export { type CspDirectives, cspDirectives } from '@throughline/shared/csp';
