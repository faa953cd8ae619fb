using VaeSweep.Torch;

namespace VaeSweep.Cli.Tests;

/// <summary>What tests with real trainers need.</summary>
internal static class LibTorch
{
    /// <summary>Skips on a desk without libtorch; fails where CI promises it.</summary>
    public static void Require()
    {
        try
        {
            TorchRuntime.Load();
        }
        catch (TorchLibraryException missing) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(missing.Message);
        }
    }
}
