namespace VaeSweep.Cluster.Launch;

/// <summary>What a launcher would do: files to write, then commands to run. Nothing has happened yet.</summary>
/// <param name="Files">Names below the plan's folder, and their text.</param>
/// <param name="Commands">Programs with their arguments, run in the plan's folder one after the other.</param>
/// <param name="Next">What a person does afterwards to see or end it.</param>
public sealed record LaunchPlan(
    IReadOnlyList<(string Name, string Text)> Files, IReadOnlyList<IReadOnlyList<string>> Commands, string Next);
