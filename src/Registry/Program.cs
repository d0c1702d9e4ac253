using Registry.Cli;

return await Verbs.RunAsync(args);
