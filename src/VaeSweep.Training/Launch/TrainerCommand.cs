namespace VaeSweep.Training;

/// <summary>How a trainer process is started: a program and the arguments before `--device`.</summary>
public sealed record TrainerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The program that runs now, asked to be a trainer.</summary>
    /// <param name="assemblyPath">Path of its main assembly (vaesweep.dll).</param>
    /// <param name="arguments">What makes it a trainer: "trainer".</param>
    public static TrainerCommand ForThisProgram(string assemblyPath, params IReadOnlyList<string> arguments)
    {
        // Started as `dotnet vaesweep.dll`, the running program is dotnet; started by its own launcher, it is the launcher.
        var running = Environment.ProcessPath;
        return running is not null && !IsDotnet(running) ? new(running, arguments) : ForAssembly(assemblyPath, arguments);
    }

    /// <summary>A .NET program given by its assembly: its launcher beside it where there is one, else `dotnet` and the
    /// assembly.</summary>
    public static TrainerCommand ForAssembly(string assemblyPath, params IReadOnlyList<string> arguments)
    {
        var launcher = Path.ChangeExtension(assemblyPath, null);
        if (File.Exists(launcher))
            return new(launcher, arguments);

        var running = Environment.ProcessPath;
        var dotnet = running is not null && IsDotnet(running) ? running : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
            ?? "dotnet";
        return new(dotnet, [assemblyPath, .. arguments]);
    }

    private static bool IsDotnet(string path) =>
        string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.Ordinal);
}
