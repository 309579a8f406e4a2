export { difference, missing, resourcesOf } from '../../src/author/expectation.js';
