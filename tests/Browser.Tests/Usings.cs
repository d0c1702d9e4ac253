// System has a type of the same name, which nothing here uses.
global using ApplicationId = Registry.Applications.ApplicationId;
