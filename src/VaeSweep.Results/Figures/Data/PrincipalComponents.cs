using MathNet.Numerics.LinearAlgebra;

namespace VaeSweep.Results.Figures;

/// <summary>Rows of numbers along the directions in which they vary most.</summary>
/// <param name="Coordinates">[component][row], of the rows less their mean.</param>
/// <param name="Shares">[component], the share of the whole variance, from 0 to 1; 0 where nothing varies.</param>
public sealed record PrincipalComponents(IReadOnlyList<double[]> Coordinates, IReadOnlyList<double> Shares)
{
    /// <param name="values">[rows, width], row-major.</param>
    /// <param name="count">Components wanted, the largest first; no more than there are numbers in a row.</param>
    public static PrincipalComponents Of(ReadOnlySpan<float> values, int width, int count)
    {
        var rows = values.Length / width;
        var data = Matrix<double>.Build.Dense(rows, width);
        for (var i = 0; i < rows * width; i++)
            data[i / width, i % width] = values[i];

        var means = data.ColumnSums() / rows;
        data.MapIndexedInplace((_, column, value) => value - means[column]);
        var found = (data.TransposeThisAndMultiply(data) / Math.Max(1, rows - 1)).Evd(Symmetricity.Symmetric);
        var variances = found.EigenValues.Select(value => Math.Max(0, value.Real)).ToArray();
        var total = variances.Sum();
        var largest = Enumerable.Range(0, width).OrderByDescending(i => variances[i]).Take(count).ToArray();
        return new(
            [.. largest.Select(i => (data * Upright(found.EigenVectors.Column(i))).ToArray())],
            [.. largest.Select(i => total > 0 ? variances[i] / total : 0)]);
    }

    /// <summary>An eigenvector's sign is arbitrary: the largest component positive makes figures repeatable.</summary>
    private static Vector<double> Upright(Vector<double> vector) => vector * Math.Sign(vector[vector.AbsoluteMaximumIndex()]);
}
