using VaeSweep.Benchmarks;

// The C++ engine's side of the benchmarks: CONFIG.json IMAGES.
return ModelServer.Run(args[0], args[1]);
