using System.CommandLine;
using VaeSweep.Store;
using VaeSweep.Torch;
using VaeSweep.Training;

namespace VaeSweep.Cli;

/// <summary>The model of the trial that a command names.</summary>
internal static class ModelSession
{
    public static Argument<string> Trial() => new("TRIAL") { Description = "the start of a trial's id" };

    public static Option<string?> Sweep() => new("--sweep") { Description = "of this sweep only", HelpName = "name" };

    public static Option<string> Output() =>
        new("--output", "-o") { Description = "a .png with all images in a grid, or a .npy array", HelpName = "file",
            Required = true };

    /// <exception cref="CliException">No such trial, no model yet, its file is gone or cannot be used.</exception>
    public static async Task<StoredModel> OpenAsync(
        ParseResult parsed, CliHost host, string trial, string? sweep, CancellationToken cancellationToken)
    {
        await using var store = await Stores.OpenToReadAsync(parsed, host, cancellationToken);
        var found = await SweepLookup.FindTrialAsync(store, trial, sweep, cancellationToken);
        if (found.ModelPath is null)
        {
            throw new CliException($"trial {found.Id} of {found.Sweep} is {Wording.Name(found.State)} and has no model yet.",
                ExitCodes.Failed);
        }

        if (!File.Exists(found.ModelPath))
        {
            throw new CliException(
                $"the model of trial {found.Id} is not at {found.ModelPath}: it is on the head's machine, or was deleted.",
                ExitCodes.Failed);
        }

        try
        {
            return StoredModel.Open(found.ModelPath);
        }
        catch (Exception unusable) when (unusable is CheckpointException or TorchLibraryException)
        {
            throw new CliException($"the model of trial {found.Id} cannot be used: {unusable.Message}", ExitCodes.Failed);
        }
    }
}
