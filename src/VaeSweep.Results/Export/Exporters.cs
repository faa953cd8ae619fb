namespace VaeSweep.Results;

/// <summary>Every kind of export. A new one is one line here.</summary>
public static class Exporters
{
    public static IReadOnlyList<IExporter> All { get; } =
        [
            new CsvExporter(), new JsonLinesExporter(), new ParquetExporter(), new TensorBoardExporter(), new LatexExporter(),
            new ModelExporter(),
        ];

    /// <exception cref="ResultsException">There is none of that name.</exception>
    public static IExporter Get(string name) => All.FirstOrDefault(e => e.Name == name) ?? throw new ResultsException(
        $"there is no export to '{name}'.{NearestName.Suggest(name, All.Select(e => e.Name))} "
            + $"Known: {string.Join(", ", All.Select(e => e.Name))}.");
}
